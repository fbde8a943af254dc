import { adviceFor } from '../../watcher/status/condition-advice.ts';
import type { LastTest } from '../../watcher/status/object-status.ts';
import { conditionOfRecord, type SubscriptionRecord } from './subscription-record.ts';

/** A watcher sends an object's samples no more often. */
const ONE_EVERY_MS = 60_000;

const IS_ONE_RUNNING =
  'Is a watcher running, does it follow objects (tenancy.enabled), and does one lead? Only that one answers.';

/**
 * What may keep a watcher from telling what became of a sample event.
 *
 * @param before the object as it was when it was asked for.
 * @param nowMs wall time.
 */
export function whyNoAnswer(
  record: SubscriptionRecord,
  before: SubscriptionRecord,
  nowMs: number,
): readonly string[] {
  const { status, suspended } = record;
  if (status.observedGeneration === undefined)
    return ['No watcher has ever written a status for this object.', IS_ONE_RUNNING];
  const hints: string[] = [];
  const agoMs = nowMs - Date.parse(before.status.lastTest?.time ?? '');
  if (agoMs < ONE_EVERY_MS)
    hints.push(
      'There is at most one sample a minute an object: it has its turn later. --timeout 90s waits for it.',
    );
  if (conditionOfRecord(record, 'Ready')?.status === 'Unknown')
    hints.push('The watcher is still looking at the object (Ready is Unknown).');
  if (suspended) hints.push('The object is suspended: nothing would be sent before it is resumed.');
  return [...hints, IS_ONE_RUNNING];
}

/** What to do where the receiver did not take a sample event, or none was sent. */
export function whyNotTaken(
  record: SubscriptionRecord,
  { statusCode, class: failure }: LastTest,
): readonly string[] {
  if (statusCode === 401 || statusCode === 403)
    return [
      'Does the receiver know the public keys that "describe" shows, or the secret, and the credentials?',
    ];
  if (failure !== undefined) return [];
  if (record.suspended) return ['Resume it first: offhook subscription resume'];
  const ready = conditionOfRecord(record, 'Ready');
  if (ready === undefined || ready.status === 'True') return [];
  const advice = adviceFor('Ready', ready.reason);
  return [
    `Ready is ${ready.status} (${ready.reason}): ${ready.message}`,
    ...(advice === null ? [] : [advice]),
  ];
}
