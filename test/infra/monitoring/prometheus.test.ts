import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import {
  committedDashboard,
  committedRules,
  dashboardQueries,
  monitoringFile,
} from './support/all-queries.ts';
import { filledIn, hasPrometheus, startPrometheus } from './support/prometheus.ts';
import { startScrapedReceiver } from './support/scraped-receiver.ts';
import { startScrapedWatcher } from './support/scraped-watcher.ts';

const RULES = fileURLToPath(new URL('../../../infra/monitoring/offhook-alerts.yaml', import.meta.url));
const RULE_TESTS = fileURLToPath(new URL('offhook-alerts.test.yaml', import.meta.url));

function promtool(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** Nothing of a healthy watcher has them. */
const EMPTY_WHEN_HEALTHY = ['Interruptions'];

describe.runIf(hasPrometheus)('Prometheus', () => {
  it('takes the rules', () => {
    expect(promtool('check', 'rules', RULES)).toMatchObject({ status: 0 });
  });

  it('fires them when their tests say so', () => {
    expect(promtool('test', 'rules', RULE_TESTS)).toMatchObject({ status: 0 });
  });

  it('would fail the tests of rules that are wrong', () => {
    const directory = temporaryDirectory();
    writeFileSync(
      join(directory, 'rules.yaml'),
      monitoringFile('monitoring/offhook-alerts.yaml').replace('== 0', '== 1'),
    );
    const tests = spawnSync('sed', [`s#^rule_files:.*#rule_files: [${directory}/rules.yaml]#`, RULE_TESTS]);
    writeFileSync(join(directory, 'tests.yaml'), tests.stdout);
    expect(promtool('test', 'rules', join(directory, 'tests.yaml')).status).not.toBe(0);
  });

  it('answers every query of the dashboard with what a running watcher shows', {
    timeout: 180_000,
  }, async () => {
    const running = await Promise.all([startScrapedWatcher(), startScrapedReceiver()]);
    const targets = running.map(({ url }) => url);
    const prometheus = await startPrometheus(targets, temporaryDirectory());
    onTestFinished(() => prometheus.close());
    await untilScraped(prometheus);
    const empty: string[] = [];
    for (const { place, expr } of dashboardQueries()) {
      if ((await prometheus.query(filledIn(expr))).length === 0) empty.push(place);
    }
    const panels = new Set(empty.map((place) => place.replace(/^panel /, '')));
    expect([...panels].filter((title) => !EMPTY_WHEN_HEALTHY.includes(title))).toEqual([]);
    const [journal] = await prometheus.query(filledIn(queryOf('Journal')));
    expect(Number(journal?.value[1])).toBeGreaterThan(0);
    expect(Number(journal?.value[1])).toBeLessThan(0.01);
    for (const { alert, expr } of committedRules()) {
      expect(await prometheus.query(expr), alert).toEqual([]);
    }
  });
});

function queryOf(title: string): string {
  const panel = committedDashboard().panels.find((each) => each.type === 'stat' && each.title === title);
  return panel?.targets?.[0]?.expr ?? '';
}

/** Rates need several scrapes. */
async function untilScraped(prometheus: Awaited<ReturnType<typeof startPrometheus>>): Promise<void> {
  const endMs = performance.now() + 60_000;
  for (;;) {
    const count = await prometheus.query('count_over_time(offhook_ready[30s])').catch(() => []);
    if (Number(count[0]?.value[1] ?? 0) >= 5) return;
    if (performance.now() > endMs) throw new Error('Prometheus has not scraped five times in a minute');
    await sleep(250);
  }
}
