import { printable } from '../../protocol/json/printable.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { findSubscription } from './find-subscription.ts';
import { SubscriptionError } from './subscription-error.ts';
import { conditionOfRecord, placeText, type SubscriptionRecord } from './subscription-record.ts';
import type { WhichSubscriptions } from './which-subscriptions.ts';
import { withSubscriptions } from './with-subscriptions.ts';

type Held = WhichSubscriptions & { readonly name: string; readonly json: boolean };

/**
 * `offhook subscription suspend` and `resume`: sets `spec.suspend`.
 *
 * @returns the exit code.
 */
export function holdSubscription(
  { name, json, ...which }: Held,
  suspend: boolean,
  io: CommandIo,
): Promise<number> {
  return withSubscriptions(which, io, async (objects, scope) => {
    const record = await findSubscription(objects, scope, name);
    const { place, suspended } = record;
    const changed = suspended !== suspend;
    if (changed && !(await objects.merge(place, { spec: { suspend } })))
      throw new SubscriptionError(`${placeText(place)} was deleted meanwhile`);
    io.stdout.write(
      json
        ? jsonLine({ ...place, suspended: suspend, changed })
        : `${outcome(record, suspend, changed).map(printable).join('\n')}\n`,
    );
    return EXIT.ok;
  });
}

function outcome(record: SubscriptionRecord, suspend: boolean, changed: boolean): readonly string[] {
  const name = placeText(record.place);
  const state = suspend ? 'suspended' : 'resumed';
  const first = changed
    ? `${name} is ${state}.`
    : suspend
      ? `${name} was suspended already.`
      : `${name} was not suspended.`;
  const inGit = changed
    ? ['If the object comes from Git or Helm, set spec.suspend there, too: the next apply may undo this.']
    : [];
  return [first, ...(suspend ? [KEPT] : whatGoesOut(record)), ...inGit];
}

const KEPT =
  'Events go on being kept, within the quota of the journal and its retention, and go out on resume.';

function whatGoesOut(record: SubscriptionRecord): readonly string[] {
  const ready = conditionOfRecord(record, 'Ready');
  const delivering = conditionOfRecord(record, 'Delivering');
  if (delivering?.reason === 'ReceiverGone')
    return ['Nothing goes out all the same: the receiver ended the subscription (410 Gone); see describe.'];
  if (ready?.status === 'False')
    return [`Nothing goes out all the same: the object is not accepted (${ready.reason}); see describe.`];
  const { pending = 0 } = record.status;
  return [pending === 0 ? 'Nothing waits; new events go out.' : `What waits (${pending}) goes out now.`];
}
