import { age } from '../../infra/local/api/resource/table.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { counted } from '../../settings/counted.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { formatTable } from '../terminal/format-table.ts';
import { jsonLine } from '../terminal/json-line.ts';
import {
  conditionOfRecord,
  recordJson,
  type SubscriptionRecord,
  type SubscriptionScope,
} from './subscription-record.ts';
import type { WhichSubscriptions } from './which-subscriptions.ts';
import { withSubscriptions } from './with-subscriptions.ts';

/** `offhook subscription list`. @returns the exit code. */
export function printSubscriptions(
  { json, ...which }: WhichSubscriptions & { readonly json: boolean },
  io: CommandIo,
): Promise<number> {
  return withSubscriptions(which, io, async (objects, scope) => {
    const found = await objects.list(scope);
    if (json) for (const record of found) io.stdout.write(jsonLine(recordJson(record)));
    else if (found.length > 0)
      io.stdout.write(`${formatTable(tableOf(found, scope, systemClock.nowMs()))}\n`);
    const remark = found.length === 0 ? noneText(scope) : unseenText(found);
    if (remark !== null && !json) io.stderr.write(`${remark}\n`);
    return EXIT.ok;
  });
}

const NOTHING = '-';

/** The columns of `kubectl get`, in the same order. */
function tableOf(
  found: readonly SubscriptionRecord[],
  { kind, namespace }: SubscriptionScope,
  nowMs: number,
): string[][] {
  const isOfMany = kind === 'HookSubscription' && namespace === null;
  const heading = ['NAME', 'READY', 'DELIVERING', 'REASON', 'TARGET', 'PENDING', 'DEAD', 'LAST', 'AGE'];
  const since = (time: string | null | undefined) =>
    time === null || time === undefined ? NOTHING : age(time, nowMs);
  const rows = found.map((record) => {
    const { place, created, status } = record;
    const delivering = conditionOfRecord(record, 'Delivering');
    return [
      ...(isOfMany ? [place.namespace ?? NOTHING] : []),
      place.name,
      conditionOfRecord(record, 'Ready')?.status ?? NOTHING,
      delivering?.status ?? NOTHING,
      delivering?.reason ?? NOTHING,
      status.target ?? NOTHING,
      String(status.pending ?? NOTHING),
      String(status.deadLetters ?? NOTHING),
      since(status.lastDelivery?.time),
      since(created),
    ];
  });
  return [[...(isOfMany ? ['NAMESPACE'] : []), ...heading], ...rows];
}

function noneText({ kind, namespace }: SubscriptionScope): string {
  const where = namespace === null ? '' : ` in the namespace ${namespace}`;
  return `There is no ${kind}${where}.`;
}

/** Objects that nobody looks at are the first thing that goes wrong. */
function unseenText(found: readonly SubscriptionRecord[]): string | null {
  const unseen = found.filter(({ status }) => status.observedGeneration === undefined).length;
  if (unseen === 0) return null;
  return `No watcher has written a status for ${counted(unseen, 'object')} of these: is one running, and does it lead?`;
}
