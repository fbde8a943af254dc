import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createWatcherMetrics } from '../../../watcher/metrics/watcher-metrics.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quietSetAside } from '../../support/set-aside.ts';
import { parseExposition } from './exposition.ts';

const text = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

async function families() {
  const metrics = createWatcherMetrics({
    version: '1.2.3',
    book: createBook([{ name: 'bridge', filter: {} }]),
    clock: createFakeClock(),
  });
  const page = metrics.page(() => ({
    ready: true,
    queues: [],
    disabled: [],
    journal: { bytes: { used: 1, file: 2, wal: 3 }, maxBytes: 4, full: false },
    setAside: quietSetAside().report(),
    sources: [
      {
        resource: 'pods',
        status: {
          state: 'watching',
          lastContactMs: 0,
          stale: false,
          lastProgressMs: 4_000,
          refused: false,
          restarts: { closed: 1 },
          missed: 0,
        },
      },
    ],
  }));
  return parseExposition(await page.text());
}

/** The rows of the tables under "Metrics": name and labels. */
function documented(): Map<string, string[]> {
  const rows = text.matchAll(/^\| `((?:offhook|process|nodejs)_\w+)` \|([^|]*)\|/gm);
  return new Map(
    [...rows].map(([, name = '', labels = '']) => [
      name,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label),
    ]),
  );
}

test('docs/operations.md explains every metric with its labels, and no other', async () => {
  const shown = [...(await families())].map(([name, { samples }]) => {
    const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)));
    labels.delete('le');
    return [name, [...labels].sort()] as const;
  });
  const told = [...documented()].map(([name, labels]) => [name, labels.toSorted()] as const);
  expect(told.toSorted()).toEqual(shown.toSorted());
});

test('its alert rules are rules, over metrics and labels that exist', async () => {
  const [, yaml = ''] = /```yaml\n(groups:[\s\S]*?)```/.exec(text) ?? [];
  const { groups } = parse(yaml);
  const known = await families();
  const rules = groups.flatMap((group: { rules: object[] }) => group.rules);
  expect(rules.length).toBeGreaterThan(8);
  for (const rule of rules) {
    const { alert, expr, labels, annotations, for: duration = '0s', ...rest } = rule;
    expect(rest, alert).toEqual({});
    expect(alert).toMatch(/^Offhook[A-Za-z]+$/);
    expect(duration).toMatch(/^\d+[smh]$/);
    expect(labels).toEqual({ severity: expect.stringMatching(/^(critical|warning)$/) });
    expect(annotations.summary).toMatch(/\S/);
    for (const [, name = ''] of expr.matchAll(/\b((?:offhook|process|nodejs)_\w+)/g)) {
      expect([...known.keys()], `${alert}: ${name}`).toContain(name.replace(/_bucket$/, ''));
    }
    for (const [, label = ''] of String(annotations.summary).matchAll(/\$labels\.(\w+)/g)) {
      if (label !== 'instance') expect([...documented().values()].flat(), alert).toContain(label);
    }
  }
});
