import { expect, it } from 'vitest';
import { allQueries, committedRules } from './support/all-queries.ts';
import { knownMetrics } from './support/known-metrics.ts';
import { readPromql } from './support/read-promql.ts';
import { startScrapedReceiver } from './support/scraped-receiver.ts';
import { startScrapedWatcher } from './support/scraped-watcher.ts';
import { TARGET_LABELS, wrongWithQuery } from './support/wrong-with-query.ts';

it('dashboard, rules and pages ask only for metrics, labels and values that a running watcher or receiver shows', {
  timeout: 180_000,
}, async () => {
  const [watcher, receiver] = await Promise.all([startScrapedWatcher(), startScrapedReceiver()]);
  const known = new Map([...knownMetrics(await receiver.scrape()), ...knownMetrics(await watcher.scrape())]);
  const queries = allQueries();
  expect(queries.length).toBeGreaterThan(60);
  const wrong = queries.flatMap(({ place, expr }) =>
    wrongWithQuery(expr, known).map((each) => `${place}: ${each}`),
  );
  expect(wrong).toEqual([]);

  // And it would see what is wrong.
  for (const [expr, message] of [
    ['offhook_redy == 0', 'no metric offhook_redy'],
    ['offhook_delivery_lag_seconds', 'no metric offhook_delivery_lag_seconds'],
    ['offhook_ready{subscription="a"}', 'offhook_ready has no label subscription'],
    ['offhook_journal_bytes{part="usde"}', 'offhook_journal_bytes has no part usde'],
    [
      'rate(offhook_watch_restarts_total{cause!~"closed|stoped"}[5m])',
      'offhook_watch_restarts_total has no cause closed|stoped',
    ],
    ['sum by (hok) (offhook_events_total)', 'nothing has a label hok'],
  ] as const) {
    expect(wrongWithQuery(expr, known)).toEqual([message]);
  }
});

it.each(['sum(', 'offhook_ready ==', 'rate(offhook_events_total)[5m', 'offhook ready', '1 > 0'])(
  'refuses %s',
  (expr) => {
    expect(() => readPromql(expr)).toThrow();
  },
);

it('texts of alerts name labels that their series have', () => {
  for (const { alert, expr, annotations } of committedRules()) {
    const named = Object.values(annotations).flatMap((text) =>
      [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label),
    );
    // What is summed up keeps the labels it is grouped by, and no other.
    const [, kept] = /^(?:sum|max|histogram_quantile\(.*?sum) by \(([^)]*)\)/.exec(expr) ?? [];
    const labels = kept === undefined ? null : kept.split(', ');
    for (const label of named) {
      if (labels !== null) expect(labels, `${alert}: ${label}`).toContain(label);
      else
        expect(
          [...TARGET_LABELS, 'resource', 'subscription', 'handler', 'source'],
          `${alert}: ${label}`,
        ).toContain(label);
    }
  }
});
