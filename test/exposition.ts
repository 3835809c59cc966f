/** Reads the text format of Prometheus, line by line: https://prometheus.io/docs/instrumenting/exposition_formats/ */

export interface Metric {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** @throws for a line that is none */
export function seriesIn(text: string): Metric[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name, labels = '', value] =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:\w+="(?:[^"\\\n]|\\.)*",?)*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) throw new Error(`This is no metric: ${line}`);
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text]) => [label, text]);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}

/** Of the one series with exactly these labels; 0 when there is none, as a counter that has not counted. */
export function countIn(
  series: readonly Metric[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const same = (one: Metric) =>
    Object.keys(one.labels).length === Object.keys(labels).length &&
    Object.entries(labels).every(([label, value]) => one.labels[label] === value);
  return series.find((one) => one.name === name && same(one))?.value ?? 0;
}
