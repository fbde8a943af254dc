import { createHash } from 'node:crypto';
import type { EndOutcome, EventFacts } from '../../../../functions/timeline/event-facts.ts';
import type { HandlerRun, RunOutcome } from '../../../../functions/timeline/run-log.ts';
import type { TimelineEntry } from '../../../../functions/timeline/timeline.ts';

/** Where a container is; what is not given is the same for all. */
export type Where = {
  readonly cluster?: string;
  readonly namespace?: string;
  readonly owner?: string | null;
  readonly pod?: string;
  readonly podUid?: string;
  readonly container?: string;
  readonly kind?: string;
};

const TYPES: Readonly<Record<string, string>> = {
  gap: 'dev.offhook.watch.gap',
  disabled: 'dev.offhook.subscription.disabled',
};

/** What the audit trail says about one event. The same hook of the same run has the same id, as in reality. */
export function factsOf(
  hook: string,
  atMs: number,
  where: Where = {},
  more: Partial<EventFacts> = {},
): EventFacts {
  const { cluster = 'prod-eu-1', namespace = 'shop', owner = 'ReplicaSet/web-6d4cf', pod = 'web-1' } = where;
  const { podUid = `uid-${cluster}-${pod}`, container = 'app', kind = 'app' } = where;
  const key = `${cluster}/${podUid}/${container}/${more.type ?? hook}/${more.containerId ?? ''}/${more.eventId ?? atMs * Number(hook === 'hookFailed' || hook === 'gap')}`;
  return {
    stream: `urn:offhook:cluster:${cluster}`,
    eventId: idOf(key),
    hook,
    type: TYPES[hook] ?? `dev.offhook.container.${hook}`,
    cluster,
    ...{ namespace, pod, podUid, owner, node: 'node-1', container, containerKind: kind },
    containerId: null,
    restartCount: 0,
    skippedRuns: 0,
    observation: 'status',
    ...{ exitCode: null, signal: null, reason: null, outcome: null },
    ...{ startedAtMs: null, deadlineMs: null, gracePeriodSeconds: null, gapFromMs: null },
    partitionKey: `${podUid}/${container}`,
    sequence: String(Math.round(atMs / 10)).padStart(16, '0'),
    occurredAtMs: atMs,
    receivedAtMs: atMs + 812,
    recordedAtMs: atMs + 820,
    attempt: 1,
    bodySha256: createHash('sha256').update(key).digest('hex'),
    signed: {
      id: idOf(key),
      timestamp: String(Math.floor(atMs / 1_000)),
      signature: `v1,${createHash('sha256').update(key).digest('base64')}`,
      verified: true,
    },
    ...more,
  };
}

export type End = {
  readonly code?: number | null;
  readonly reason?: string | null;
  readonly skipped?: number;
};

/** What the events of one container say; times in milliseconds, runs by number. */
export function container(where: Where) {
  const run = (number: number) => ({
    containerId: `containerd://${where.pod ?? 'web-1'}-${number}`,
    restartCount: number,
  });
  const starts = new Map<number, number>();
  const since = (number: number) => ({ ...run(number), startedAtMs: starts.get(number) ?? null });
  return {
    preStart: (atMs: number) => factsOf('preStart', atMs, where),
    postStart(atMs: number, number = 0) {
      starts.set(number, atMs);
      return factsOf('postStart', atMs, where, { ...run(number), startedAtMs: atMs });
    },
    preStop: (atMs: number, graceMs: number | null = 30_000, number = 0) =>
      factsOf('preStop', atMs, where, {
        ...since(number),
        reason: 'podDeleted',
        deadlineMs: graceMs === null ? null : atMs + graceMs,
        gracePeriodSeconds: graceMs === null ? null : graceMs / 1_000,
      }),
    postStop: (atMs: number, end: End = {}, number = 0) =>
      factsOf('postStop', atMs, where, { ...since(number), ...endFacts(end) }),
    amended: (atMs: number, end: End = {}, number = 0) =>
      factsOf('postStop', atMs, where, {
        type: 'dev.offhook.container.postStop.amended',
        ...since(number),
        ...endFacts(end),
        observation: 'recovered',
      }),
    hookFailed: (atMs: number, failed = 'preStop', number: number | null = 0) =>
      factsOf('hookFailed', atMs, where, {
        ...(number === null ? {} : run(number)),
        reason: failed,
        observation: 'event',
      }),
  };
}

export function gap(
  fromMs: number,
  toMs: number,
  cluster = 'prod-eu-1',
  namespace: string | null = null,
): EventFacts {
  return bridge('gap', toMs, cluster, { gapFromMs: fromMs, reason: 'expired', namespace });
}

export function disabled(atMs: number, cluster = 'prod-eu-1'): EventFacts {
  return bridge('disabled', atMs, cluster, { reason: '410 Gone' });
}

/** An entry as the page gets it. */
export function entryOf(facts: EventFacts, runs: readonly HandlerRun[] = []): TimelineEntry {
  return { ...facts, runs };
}

export function handled(
  facts: EventFacts,
  outcome: RunOutcome = 'completed',
  more: Partial<HandlerRun> = {},
): HandlerRun {
  const { attempt = 1 } = more;
  const startedAtMs = facts.recordedAtMs + attempt * 40;
  return {
    stream: facts.stream,
    eventId: facts.eventId,
    handler: 'cleanup',
    attempt,
    outcome,
    error: outcome === 'completed' ? null : 'the registry answered 503',
    startedAtMs,
    finishedAtMs: startedAtMs + 17,
    ...more,
  };
}

function bridge(hook: string, atMs: number, cluster: string, more: Partial<EventFacts>): EventFacts {
  const none = { namespace: null, pod: null, podUid: null, owner: null, node: null, container: null };
  const rest = { containerKind: null, restartCount: null, skippedRuns: null, observation: null };
  return factsOf(hook, atMs, { cluster }, { ...none, ...rest, partitionKey: cluster, ...more });
}

function endFacts({ code = 0, reason = null, skipped = 0 }: End) {
  const outcome: EndOutcome =
    code === 0 ? 'completed' : reason === 'OOMKilled' ? 'oomKilled' : code === null ? 'unknown' : 'error';
  return {
    exitCode: code,
    reason: reason ?? (code === 0 ? 'Completed' : null),
    outcome,
    skippedRuns: skipped,
  };
}

function idOf(key: string): string {
  const digest = createHash('sha256').update(key).digest();
  const letters = Array.from(
    { length: 36 },
    (_, index) => 'abcdefghijklmnopqrstuvwxyz234567'[(digest[index % 32] ?? 0) & 31],
  );
  return `evt_${letters.join('')}`;
}
