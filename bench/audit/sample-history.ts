import { createHash } from 'node:crypto';
import { canonicalJson } from '../../functions/audit/canonical-json.ts';
import type { NewRecord } from '../../functions/audit/chain-store.ts';
import { GENESIS_HASH } from '../../functions/audit/hash-record.ts';
import type { RecordContent } from '../../functions/audit/stored-record.ts';
import { type EventFacts, eventFacts } from '../../functions/timeline/event-facts.ts';
import type { LifecycleEvent } from '../../protocol/event/lifecycle-event.ts';
import { sampleEvents } from '../rows/sample-events.ts';
import { eventId, isRun, momentMs, podName } from './history-names.ts';

/** What there is to ask for. A tenth of the records are handler runs; the Pods take turns, so each is everywhere. */
export type HistoryPlan = { readonly records: number; readonly pods: number };

const STREAM = 'urn:offhook:cluster:bench';
/** A chain of that many records, with real hashes, oldest first. */
export function* sampleHistory({ records, pods }: HistoryPlan): Generator<NewRecord> {
  const { facts, body } = realEvent();
  let previousHash = GENESIS_HASH;
  for (let index = 0; index < records; index += 1) {
    const content = canonicalJson(isRun(index) ? run(index) : event(facts, index, pods));
    const position = index + 1;
    const fields = { stream: STREAM, position, previousHash, content };
    const hash = sha256(JSON.stringify(['offhook-audit-v1', STREAM, position, previousHash, content]));
    const recordId = isRun(index) ? `${eventId(index - 1)}/cleanup/1` : eventId(index);
    yield { ...fields, hash, recordId, ...(isRun(index) ? {} : { body }) };
    previousHash = hash;
  }
}

function realEvent() {
  const [sample] = sampleEvents(1, 'bench');
  if (sample === undefined) throw new Error('there is no sample event');
  const body = Uint8Array.from(sample.encode(1));
  const parsed: LifecycleEvent = JSON.parse(new TextDecoder().decode(body));
  const circumstances = {
    receivedAtMs: 0,
    recordedAtMs: 0,
    attempt: 1,
    bodySha256: sha256(body),
    signed: { id: eventId(0), timestamp: '1795357441', signature: `v1,${'A'.repeat(43)}=`, verified: true },
  };
  return { facts: eventFacts(parsed, circumstances), body };
}

const HOOKS = ['preStart', 'postStart', 'preStop', 'postStop'] as const;

function event(facts: EventFacts, index: number, pods: number): RecordContent {
  const pod = (index * 7_919) % pods;
  const round = Math.floor(index / pods);
  const hook = HOOKS[round % 4] ?? 'preStart';
  const ended =
    hook === 'postStop' ? ({ exitCode: 0, outcome: 'completed', reason: 'Completed' } as const) : {};
  return {
    kind: 'event',
    ...facts,
    stream: STREAM,
    eventId: eventId(index),
    hook,
    namespace: `team-${pod % 40}`,
    pod: podName(pod),
    podUid: `00000000-0000-4000-8000-${String(pod).padStart(12, '0')}`,
    restartCount: Math.floor(round / 4),
    ...ended,
    occurredAtMs: momentMs(index),
    receivedAtMs: momentMs(index) + 800,
    recordedAtMs: momentMs(index) + 810,
  };
}

function run(index: number): RecordContent {
  const startedAtMs = momentMs(index);
  const facts = {
    stream: STREAM,
    eventId: eventId(index - 1),
    handler: 'cleanup',
    attempt: 1,
    error: null,
  } as const;
  return { kind: 'run', ...facts, outcome: 'completed', startedAtMs, finishedAtMs: startedAtMs + 40 };
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
