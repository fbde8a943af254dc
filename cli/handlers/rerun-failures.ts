import type { FailureFilter } from '../../functions/timeline/handler-failures.ts';
import { systemClock } from '../../settings/ambient/clock.ts';
import { AuditSourceError } from '../audit/audit-source.ts';
import { type CommandIo, NOWHERE } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { confirm } from '../terminal/confirm.ts';
import { jsonLine } from '../terminal/json-line.ts';
import { createProgress } from '../terminal/progress.ts';
import { askReruns } from './ask-reruns.ts';
import { collectFailures } from './collect-failures.ts';
import type { FailureSource } from './failure-source.ts';
import { followReruns } from './follow-reruns.ts';
import { planReruns, planTable, type RerunPlan } from './rerun-plan.ts';
import type { WhichReceiver } from './which-receiver.ts';
import { withFailureSource } from './with-failure-source.ts';

/**
 * @property rate handlers a second.
 * @property waitMs how long to look on; 0: not at all.
 */
type RerunSettings = {
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly rate: number;
  readonly waitMs: number;
  readonly json: boolean;
};

type RerunTask = { readonly filter: FailureFilter; readonly settings: RerunSettings };

/** Nobody looks through more than that; it is half an hour of asking. */
const MOST_RERUN = 10_000;

/** Runs handlers that gave up again, and says what became of it; returns the exit code. */
export function rerunFailures(
  { which, ...task }: RerunTask & { readonly which: WhichReceiver },
  io: CommandIo,
): Promise<number> {
  return withFailureSource(which, io, async (source) => {
    const open = { ...task.filter, open: true };
    const { failures, next } = await collectFailures(source, open, { limit: MOST_RERUN });
    if (next !== null)
      throw new AuditSourceError(`more than ${MOST_RERUN} match: narrow them, by --since or --handler`);
    const plan = planReruns(failures, task.settings.again);
    sayPlan(plan, task.settings, io);
    if (plan.wanted.length === 0 || task.settings.dryRun) return EXIT.ok;
    if (!(await isConfirmed(plan, task.settings, io))) return EXIT.failed;
    return carryOut(plan, { source, task, io });
  });
}

/** What would run goes to standard output: after a dry run it is the result. */
function sayPlan(plan: RerunPlan, { dryRun, json }: RerunSettings, { stdout, stderr }: CommandIo): void {
  const { wanted, leftOut } = plan;
  const total = wanted.length;
  if (json) {
    if (total === 0 || dryRun) stdout.write(jsonLine({ dryRun, found: total, leftOut }));
    return;
  }
  for (const [why, count] of Object.entries(leftOut)) stderr.write(`Left out ${count}: ${why}.\n`);
  if (total === 0) return void stdout.write('Nothing to run again.\n');
  stdout.write(`${planTable(plan)}\n`);
  if (dryRun) stdout.write(`Would run ${total} again.\n`);
}

async function isConfirmed({ wanted }: RerunPlan, { yes }: RerunSettings, io: CommandIo): Promise<boolean> {
  if (yes || (await confirm(`Run ${wanted.length} again?`, io, 'runs them again'))) return true;
  io.stderr.write('Nothing was run again.\n');
  return false;
}

async function carryOut(
  { wanted, leftOut }: RerunPlan,
  { source, task, io }: { readonly source: FailureSource; readonly task: RerunTask; readonly io: CommandIo },
): Promise<number> {
  const { rate, waitMs, json } = task.settings;
  const out = json ? NOWHERE : io.stderr;
  const common = { source, clock: systemClock, stop: io.stop };
  const { queued, waiting, refused } = await askReruns(wanted, {
    ...common,
    rate,
    progress: createProgress(out, 'asked for'),
  });
  const refusals = Object.entries(refused);
  if (!json) for (const [why, count] of refusals) io.stderr.write(`Not run ${count}: ${why}.\n`);
  const facts = { found: wanted.length, leftOut, queued: queued.length, waiting, refused };
  if (queued.length === 0 || waitMs === 0) {
    io.stdout.write(json ? jsonLine(facts) : queuedText(queued.length, waiting));
    return refusals.length === 0 ? EXIT.ok : EXIT.failed;
  }
  const outcome = await followReruns(queued, {
    ...common,
    filter: task.filter,
    progress: createProgress(out, 'ended'),
    deadlineMs: waitMs,
  });
  const { completed, gaveUp, pending } = outcome;
  const text = `Completed ${completed}, gave up again ${gaveUp}, not ended yet ${pending}.\n`;
  io.stdout.write(json ? jsonLine({ ...facts, ...outcome }) : text);
  return completed === wanted.length ? EXIT.ok : EXIT.failed;
}

function queuedText(queued: number, waiting: number): string {
  const rest = `${waiting} left for the receiver: none has taken them, they run at its next start.\n`;
  if (queued === 0) return waiting === 0 ? 'Nothing runs again.\n' : rest;
  return `Queued ${queued}: they run now.\n${waiting === 0 ? '' : rest}`;
}
