import type { EventFacts } from '../../../../functions/timeline/event-facts.ts';
import type { HandlerRun } from '../../../../functions/timeline/run-log.ts';
import { container, disabled, gap, handled, type Where } from './facts.ts';

export type Told = { readonly facts: EventFacts; readonly runs: readonly HandlerRun[] };

const S = 1_000;
const M = 60 * S;

/** What a cluster may look like in the half hour before a moment: a rollout, a crash loop, jobs, an OOM kill, a gap. */
export function tellStory(nowMs: number): readonly Told[] {
  const now = Math.floor(nowMs / S) * S;
  const ago = (minutes: number) => now - minutes * M;
  return [
    ...rollout(ago),
    ...crashLoop(ago, now),
    ...database(ago),
    ...jobs(ago),
    ...outOfMemory(ago),
    ...lostNode(ago),
    ...staging(ago),
    plain(gap(ago(11.5), ago(9))),
    plain(disabled(ago(3.2))),
  ].sort((a, b) => a.facts.occurredAtMs - b.facts.occurredAtMs);
}

type Ago = (minutes: number) => number;

/** Told, and handled at once. */
function plain(facts: EventFacts): Told {
  return { facts, runs: [handled(facts, 'completed', { handler: 'audit' })] };
}

function also(told: Told, ...runs: readonly HandlerRun[]): Told {
  return { ...told, runs: [...told.runs, ...runs] };
}

function rollout(ago: Ago): readonly Told[] {
  const before = ['k2x9q', 'm7vld', 'zt4wp'].flatMap((name, index) => {
    const place: Where = { owner: 'ReplicaSet/checkout-6d4cf8b9c7', pod: `checkout-6d4cf8b9c7-${name}` };
    const app = container(place);
    const stopMs = ago(6.5 - index * 1.1);
    const failed = index === 1 ? [plain(app.hookFailed(stopMs + 4 * S))] : [];
    const stop = plain(app.preStop(stopMs));
    const retried =
      index === 2
        ? [1, 2, 3].map((attempt) =>
            handled(stop.facts, attempt === 3 ? 'givenUp' : 'failed', { handler: 'deregister', attempt }),
          )
        : [handled(stop.facts, 'completed', { handler: 'deregister' })];
    return [
      plain(app.postStart(ago(26 + index))),
      also(stop, ...retried),
      ...failed,
      plain(
        app.postStop(
          stopMs + (index === 1 ? 30 : 9 + index) * S,
          index === 1 ? { code: 137, reason: 'Error' } : {},
        ),
      ),
    ];
  });
  const after = ['4hn6c', 'b8sjr', 'xq2mt'].flatMap((name, index) => {
    const place: Where = { owner: 'ReplicaSet/checkout-7f9b5c6d88', pod: `checkout-7f9b5c6d88-${name}` };
    const beganMs = ago(7.4 - index * 1.1);
    const init = container({ ...place, container: 'migrate', kind: 'init' });
    const app = container({ ...place, container: 'app' });
    const proxy = container({ ...place, container: 'envoy', kind: 'sidecar' });
    const all = [
      plain(init.preStart(beganMs)),
      plain(init.postStart(beganMs + 3 * S)),
      plain(init.postStop(beganMs + 11 * S)),
      plain(proxy.postStart(beganMs + 12 * S)),
    ];
    const waits =
      index === 2
        ? [plain(app.preStart(beganMs))]
        : [plain(app.preStart(beganMs)), plain(app.postStart(beganMs + 14 * S))];
    return [...all, ...waits];
  });
  return [...before, ...after];
}

function crashLoop(ago: Ago, now: number): readonly Told[] {
  const app = container({
    namespace: 'search',
    owner: 'ReplicaSet/indexer-5b7d9f4c6',
    pod: 'indexer-5b7d9f4c6-w9kzl',
  });
  const told: Told[] = [plain(app.preStart(ago(24) - 4 * S))];
  let atMs = ago(24);
  for (let run = 0; atMs < now; run += 1) {
    told.push(plain(app.postStart(atMs, run)));
    const endMs = atMs + (12 + ((run * 7) % 11)) * S;
    if (endMs >= now) break;
    const skipped = run === 6 ? 3 : 0;
    const end = plain(
      app.postStop(
        endMs,
        run === 4 ? { code: 137, reason: 'OOMKilled' } : { code: 1, reason: 'Error', skipped },
        run,
      ),
    );
    told.push(also(end, handled(end.facts, run === 5 ? 'failed' : 'completed', { handler: 'announce' })));
    atMs = endMs + Math.min(10 * 2 ** run, 300) * S * (run === 6 ? 0.6 : 1);
  }
  return told;
}

function database(ago: Ago): readonly Told[] {
  return ['orders-db-0', 'orders-db-1', 'orders-db-2'].flatMap((pod, index) => {
    const place: Where = { owner: 'StatefulSet/orders-db', pod };
    const one = container({ ...place, container: 'postgres' });
    const exporter = container({ ...place, container: 'exporter' });
    return [plain(one.postStart(ago(3_000 + index * 7))), plain(exporter.postStart(ago(2_999 + index * 7)))];
  });
}

function jobs(ago: Ago): readonly Told[] {
  return [20, 15, 10, 5].flatMap((minutes, index) => {
    const place: Where = {
      namespace: 'reports',
      owner: `Job/rollup-2932${index}10`,
      pod: `rollup-2932${index}10-${'hqtv'[index]}x8n`,
    };
    const job = container({ ...place, container: 'rollup' });
    const bad = index === 2;
    return [
      plain(job.preStart(ago(minutes) - 2 * S)),
      plain(job.postStart(ago(minutes))),
      plain(job.postStop(ago(minutes) + (70 + index * 13) * S, bad ? { code: 2, reason: 'Error' } : {})),
    ];
  });
}

function outOfMemory(ago: Ago): readonly Told[] {
  const one = container({
    namespace: 'payments',
    owner: 'ReplicaSet/ledger-84f6d7b5d',
    pod: 'ledger-84f6d7b5d-2vq7s',
  });
  const two = container({
    namespace: 'payments',
    owner: 'ReplicaSet/ledger-84f6d7b5d',
    pod: 'ledger-84f6d7b5d-d5rfk',
  });
  const killed = plain(one.postStop(ago(13), { code: 137, reason: 'OOMKilled' }));
  return [
    plain(one.postStart(ago(24))),
    also(killed, handled(killed.facts, 'failed', { handler: 'announce' })),
    plain(one.postStart(ago(13) + 2 * S, 1)),
    plain(two.postStart(ago(300))),
  ];
}

function lostNode(ago: Ago): readonly Told[] {
  return ['7fqhk', 'j2c8d'].flatMap((name, index) => {
    const agent = container({
      namespace: 'kube-system',
      owner: 'DaemonSet/node-agent',
      pod: `node-agent-${name}`,
    });
    const started = plain(agent.postStart(ago(900 + index)));
    if (index === 1) return [started];
    return [started, plain(agent.postStop(ago(9.4), { code: null, reason: 'NodeLost' }))];
  });
}

function staging(ago: Ago): readonly Told[] {
  const web = container({
    cluster: 'staging',
    namespace: 'shop',
    owner: 'ReplicaSet/web-5fbd6',
    pod: 'web-5fbd6-rj7wm',
  });
  const debug = container({ cluster: 'staging', namespace: 'shop', owner: null, pod: 'debug' });
  return [
    plain(web.postStart(ago(40))),
    plain(debug.postStart(ago(2.5))),
    plain(debug.preStop(ago(0.6), 30 * S)),
  ];
}
