/** Makes metrics in a registry under the relay's prefix; what a gauge shows is asked for when it is read. */

import type { CounterConfiguration, HistogramConfiguration, Registry } from 'prom-client';

export type PromClient = typeof import('prom-client');
export type MetricMakers = ReturnType<typeof metricMakers>;

const PREFIX = 'exo_relay_';

export function metricMakers({ Counter, Gauge, Histogram }: PromClient, registry: Registry) {
  const registers = [registry];
  return {
    counter: <Label extends string = never>(
      name: string,
      help: string,
      labelNames: CounterConfiguration<Label>['labelNames'] = [],
    ) => new Counter<Label>({ name: `${PREFIX}${name}`, help, labelNames, registers }),

    histogram: <Label extends string = never>(
      name: string,
      help: string,
      buckets: readonly number[],
      labelNames: HistogramConfiguration<Label>['labelNames'] = [],
    ) => new Histogram<Label>({ name: `${PREFIX}${name}`, help, buckets: [...buckets], labelNames, registers }),

    gauge(name: string, help: string, value: () => number): void {
      new Gauge({
        name: `${PREFIX}${name}`,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    },

    /** One series for each name in what `values` returns. */
    gaugeBy<Label extends string>(
      label: Label,
      name: string,
      help: string,
      values: () => Readonly<Record<string, number>>,
    ): void {
      new Gauge<string>({
        name: `${PREFIX}${name}`,
        help,
        labelNames: [label],
        registers,
        collect() {
          for (const [of, value] of Object.entries(values())) this.set({ [label]: of }, value);
        },
      });
    },
  };
}
