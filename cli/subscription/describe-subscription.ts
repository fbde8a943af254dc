import { printable } from '../../protocol/json/printable.ts';
import { adviceFor } from '../../watcher/status/condition-advice.ts';
import type { ObjectStatus } from '../../watcher/status/object-status.ts';
import type { StatusCondition } from '../../watcher/status/status-condition.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { findSubscription } from './find-subscription.ts';
import { type DescribedField, specInWords } from './spec-in-words.ts';
import { conditionOfRecord, placeText, recordJson, type SubscriptionRecord } from './subscription-record.ts';
import type { WhichSubscriptions } from './which-subscriptions.ts';
import { withSubscriptions } from './with-subscriptions.ts';

type Described = WhichSubscriptions & { readonly name: string; readonly json: boolean };

/** `offhook subscription describe`. @returns the exit code. */
export function describeSubscription({ name, json, ...which }: Described, io: CommandIo): Promise<number> {
  return withSubscriptions(which, io, async (objects, scope) => {
    const record = await findSubscription(objects, scope, name);
    io.stdout.write(json ? jsonLine(recordJson(record)) : description(record));
    return EXIT.ok;
  });
}

function description(record: SubscriptionRecord): string {
  const { place, suspended } = record;
  const sections: readonly (readonly DescribedField[])[] = [
    [[place.kind, placeText(place)], ...(suspended ? [['Suspended', HELD] as const] : [])],
    specOf(record),
    [...conditionLines(record, 'Ready'), ...conditionLines(record, 'Delivering')],
    statusLines(record.status),
  ];
  const width = Math.max(...sections.flat().map(([label]) => label.length));
  const texts = sections
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines.map(([label, text]) => `${label.padEnd(width)}  ${printable(text)}`.trimEnd()).join('\n'),
    );
  return `${texts.join('\n\n')}\n`;
}

const HELD = 'yes: events are kept and go out on resume';

function specOf({ reading, place }: SubscriptionRecord): readonly DescribedField[] {
  if (reading.kind === 'read') return specInWords(place, reading.spec);
  return reading.faults.map(({ path, message }) => ['Fault', `${path}: ${message}`]);
}

function conditionLines(
  record: SubscriptionRecord,
  type: StatusCondition['type'],
): readonly DescribedField[] {
  const condition = conditionOfRecord(record, type);
  if (condition === undefined) return [[type, UNSEEN]];
  const { status, reason, message, lastTransitionTime, observedGeneration } = condition;
  const advice = adviceFor(type, reason);
  const isStale = record.generation !== null && observedGeneration < record.generation;
  return [
    [type, `${status}  ${reason}, since ${lastTransitionTime}`],
    ['', message],
    ...(advice === null ? [] : [['', `What to do: ${advice}`] as const]),
    ...(isStale ? [['', STALE] as const] : []),
  ];
}

const UNSEEN =
  'not known: no watcher has written it. Is one running, does it follow objects, and does it lead?';
const STALE = 'This is of an earlier spec: no watcher has looked at the present one yet.';

function statusLines(status: Partial<ObjectStatus>): readonly DescribedField[] {
  const { publicKeys = [], pending, oldestPendingTime, deadLetters, ...last } = status;
  const { lastDelivery, lastFailure, lastTest } = last;
  const since = oldestPendingTime === undefined ? '' : `, the oldest since ${oldestPendingTime}`;
  const answered = (code: number | undefined) => (code === undefined ? '' : `, ${code}`);
  const fields: readonly (readonly [string, string | null])[] = [
    ...publicKeys.map((key) => ['Public key', key] as const),
    ['Pending', pending === undefined ? null : `${pending}${since}`],
    ['Dead letters', deadLetters === undefined ? null : String(deadLetters)],
    [
      'Last delivery',
      lastDelivery === undefined
        ? null
        : `${lastDelivery.time}${answered(lastDelivery.statusCode)}, ${lastDelivery.latencyMilliseconds} ms`,
    ],
    [
      'Last failure',
      lastFailure === undefined
        ? null
        : `${lastFailure.time}, ${lastFailure.class}${answered(lastFailure.statusCode)}`,
    ],
    [
      'Last test',
      lastTest === undefined ? null : `${lastTest.time}${answered(lastTest.statusCode)}: ${lastTest.message}`,
    ],
  ];
  return fields.filter((field): field is DescribedField => field[1] !== null);
}
