import {
  DELIVERING_MEANINGS,
  READY_MEANINGS,
  type ReasonMeaning,
} from '../../../watcher/status/condition-advice.ts';

/** A condition that says no more than the other one stands second, behind what outweighs it. */
const AS_READY =
  '| the reason of `Ready` | False, or Unknown for `Pending` | The object is not accepted. Nothing goes out. | See above. |';

/** The reasons of the condition `Ready` as a table in Markdown. */
export function readyReasonTable(): string {
  return [...HEAD, ...rows(READY_MEANINGS)].join('\n');
}

/** The same of `Delivering`, in the order in which they are looked at. */
export function deliveringReasonTable(): string {
  const [first = '', ...others] = rows(DELIVERING_MEANINGS);
  return [...HEAD, first, AS_READY, ...others].join('\n');
}

const HEAD = ['| reason | status | meaning | what to do |', '|---|---|---|---|'];

function rows(meanings: Readonly<Record<string, ReasonMeaning>>): string[] {
  return Object.entries(meanings).map(
    ([reason, { status, meaning, advice }]) =>
      `| \`${reason}\` | ${status} | ${meaning} |${advice === '' ? '' : ` ${advice}`} |`,
  );
}
