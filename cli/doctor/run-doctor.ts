import { systemClock } from '../../settings/ambient/clock.ts';
import type { ClusterAccess } from '../../watcher/source/cluster/cluster-access.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { WhichCluster } from './cluster/check-access.ts';
import { readConfiguration } from './configuration/read-configuration.ts';
import { createExamination, type ReportedCheck } from './examination/examination.ts';
import { examineAll } from './examine-all.ts';
import { formatReport } from './report/format-report.ts';
import { sumUp } from './report/sum-up.ts';

type DoctorOptions = WhichCluster & {
  readonly config: string | undefined;
  /** Milliseconds for each check. */
  readonly timeout: number;
  readonly json: boolean;
};

/**
 * Checks everything that a watcher needs, and tells it when all of it has ended.
 *
 * @returns the exit code.
 */
export async function runDoctor(options: DoctorOptions, io: CommandIo): Promise<number> {
  const { config: file = 'offhook.yaml', timeout: deadlineMs, json } = options;
  const { env, stop: signal, stdout, stderr } = io;
  const configuration = readConfiguration(file, env);
  const examination = createExamination({ clock: systemClock, deadlineMs, signal });
  let cluster: ClusterAccess | null = null;
  try {
    cluster = await examineAll(examination, { configuration, which: options, env });
    const checks = inOrder(await examination.report());
    stdout.write(json ? jsonLine(toJson(checks)) : formatReport(checks));
    if (configuration.kind === 'invalid') return EXIT.usage;
    return sumUp(checks).failed === 0 ? EXIT.ok : EXIT.failed;
  } catch (error) {
    if (!signal.aborted) throw error;
    stderr.write('offhook doctor: stopped before the end\n');
    return EXIT.failed;
  } finally {
    await cluster?.close();
  }
}

function toJson(checks: readonly ReportedCheck[]) {
  const summary = sumUp(checks);
  return { ok: summary.failed === 0, summary, checks };
}

const GROUPS = ['Configuration', 'API server', 'Permissions', 'Journal'];

/** As people look for them, whatever was begun first. */
function inOrder(checks: readonly ReportedCheck[]): readonly ReportedCheck[] {
  const rank = ({ group }: ReportedCheck) => GROUPS.indexOf(group) + 1 || GROUPS.length + 1;
  return checks.toSorted((a, b) => rank(a) - rank(b));
}
