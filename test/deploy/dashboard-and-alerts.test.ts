/** The dashboard and the alert rules ask only for metrics, labels and values that /metrics shows, and each alert is explained. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { parse } from 'yaml';
import { failureCodes } from '../../src/domain/catalogue/catalogue.ts';
import { metrics, read, tellAll } from '../adapters/events/told-metrics.ts';

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups }: { groups: { rules: Rule[] }[] } = parse(textOf('deploy/prometheus/alerts.yaml'));
const dashboard: Dashboard = JSON.parse(textOf('deploy/grafana/exo-relay.json'));
const rules = groups.flatMap((group) => group.rules);
const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
const expressions = [...rules, ...targets].map(({ expr }) => expr);
/** What Prometheus adds to every series. */
const OF_PROMETHEUS = new Set(['job', 'instance']);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

interface Target {
  readonly expr: string;
  readonly legendFormat?: string;
}

interface Dashboard {
  readonly panels: readonly { readonly id: number; readonly title: string; readonly targets?: readonly Target[] }[];
}

/** Of every metric its labels with their values, as one that was told one of everything shows them. */
async function shown(): Promise<Map<string, Map<string, Set<string>>>> {
  const told = metrics();
  tellAll(told, 1);
  const found = new Map<string, Map<string, Set<string>>>();
  for (const { name, labels } of await read(told)) {
    const labelsOf = found.get(name) ?? new Map<string, Set<string>>();
    found.set(name, labelsOf);
    for (const [label, value] of Object.entries(labels))
      labelsOf.set(label, (labelsOf.get(label) ?? new Set()).add(value));
  }
  return found;
}

/** Metrics with what stands in their braces: `exo_relay_paused`, `about="sender"`. */
function selectorsOf(expression: string): { name: string; matchers: { label: string; values: string[] }[] }[] {
  return [...expression.matchAll(/\b((?:exo_relay|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', braces = '']) => ({
      name,
      matchers: [...braces.matchAll(/(\w+)=~?"([^"]*)"/g)].map(([, label = '', values = '']) => ({
        label,
        values: values.split('|'),
      })),
    }),
  );
}

/** Labels after `by`. */
function groupingsOf(expression: string): string[] {
  return [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', '));
}

suite('the dashboard and the alert rules', () => {
  test('ask for metrics that there are, by labels and values that these have', async () => {
    const there = await shown();
    assert.ok(expressions.length > 40, 'hardly any expression was found');
    for (const expression of expressions) {
      const selectors = selectorsOf(expression);
      assert.ok(selectors.length > 0 || expression.startsWith('up{'), expression);
      for (const { name, matchers } of selectors) {
        const labels = there.get(name);
        assert.ok(labels, `${name} is not there: ${expression}`);
        for (const { label, values } of matchers.filter((matcher) => !OF_PROMETHEUS.has(matcher.label)))
          for (const value of values) {
            const known = label === 'failure' ? new Set<string>(failureCodes) : labels.get(label);
            assert.ok(known?.has(value), `${name} has no ${label}="${value}"`);
          }
      }
    }
  });

  test('group by labels, and name labels in legends, that the metrics of the expression have', async () => {
    const there = await shown();
    for (const { expr, ...target } of [...rules, ...targets]) {
      const legend = 'legendFormat' in target ? (target.legendFormat ?? '') : '';
      const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].flatMap((match) => match[1] ?? []);
      for (const label of [...groupingsOf(expr), ...named].filter((each) => !OF_PROMETHEUS.has(each)))
        for (const { name } of selectorsOf(expr)) assert.ok(there.get(name)?.has(label), `${name} has no ${label}`);
    }
  });

  test('leave no metric of the outbox unseen', async () => {
    const all = expressions.join('\n');
    for (const name of (await shown()).keys())
      if (/^exo_relay_(?:outbox|paused|budget|mailboxes)/.test(name)) assert.match(all, new RegExp(`\\b${name}\\b`));
  });
});

suite('the dashboard', () => {
  test('has each of its panels under a number of its own', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  test('asks in every expression for the relays that were chosen', () => {
    for (const { expr } of targets)
      assert.equal(
        expr.match(/job=~"\$job", instance=~"\$instance"/g)?.length,
        expr.match(/\b(?:exo_relay|process|nodejs)_\w+/g)?.length,
        expr,
      );
  });
});

suite('an alert', () => {
  const table = textOf('docs/operations.md').split('## Alerts')[1] ?? '';
  const explained = [...table.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);

  test('is explained in docs/operations.md, and no other is', () => {
    assert.deepEqual(explained.sort(), rules.map(({ alert }) => alert).sort());
  });

  test('says how urgent it is, and what has happened in one sentence', () => {
    for (const { alert, labels, annotations } of rules) {
      assert.match(labels.severity, /^(?:critical|warning)$/, alert);
      assert.match(annotations.summary, /\.$/, alert);
    }
  });
});
