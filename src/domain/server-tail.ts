/** What Exchange Online calls a transaction, for Microsoft's support to find it by: the brackets at the end of a reply. */

/** A host with or without time and id (`[DB8PR… 2024-04-29T23:34:45.000Z 08DC…]`), or `[Hostname=DM5…]`; no IP address. Bounded, so that no reply takes long to read. */
const brackets =
  /\[((?![\d.]+\])(?:Hostname=)?[A-Za-z\d-]{1,63}(?:\.[A-Za-z\d-]{1,63}){1,9}(?: [^[\]\s]{1,64}){0,2})\]\s*$/;

/** The content of the last brackets of a reply's text; null when they name no host. */
export function serverTailOf(text: string): string | null {
  // The longest tail with its brackets and the line end behind it.
  return brackets.exec(text.slice(-1000).trimEnd())?.[1] ?? null;
}
