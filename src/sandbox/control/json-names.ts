/** Names of fields between TypeScript's camelCase and the snake_case of JSON, and times between milliseconds and the seconds of JSON. */

/** The same with its own fields in snake_case; what stands in them is left as it is. */
export function inJson(object: object): Record<string, unknown> {
  return renamed(object, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** The same with its own fields in camelCase. */
export function fromJson<T extends object>(object: object): T {
  return renamed(object, (name) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())) as T;
}

export function milliseconds(seconds: number): number {
  return Math.round(seconds * 1_000);
}

export function seconds(ofMilliseconds: number): number {
  return ofMilliseconds / 1_000;
}

function renamed(object: object, rename: (name: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [rename(name), value]));
}
