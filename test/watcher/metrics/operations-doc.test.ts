import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
    leading: true,
    queues: [],
    disabled: [],
    journal: { bytes: { used: 1, file: 2, wal: 3 }, maxBytes: 4, full: false },
    writable: true,
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

/** The rows of the tables under "Metrics": name and labels. Those of a receiver are held against a receiver. */
function documented(): Map<string, string[]> {
  const rows = text.matchAll(/^\| `((?!offhook_receiver_)(?:offhook|process|nodejs)_\w+)` \|([^|]*)\|/gm);
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
