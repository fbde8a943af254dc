import { expect, onTestFinished } from 'vitest';
import type { ReportedCheck } from '../../../../cli/doctor/examination/examination.ts';
import { createLocalCluster, type LocalClusterOptions } from '../../../../infra/local/cluster.ts';
import { temporaryDirectory } from '../../../support/journal-directory.ts';
import { startReceiver } from '../../../support/receiver.ts';
import { runHere } from '../../../support/run-here.ts';
import { writeWatchConfig } from '../../../support/watch-config.ts';

export type DoctorReport = {
  readonly code: number;
  readonly ok: boolean;
  readonly summary: Readonly<Record<string, number>>;
  readonly checks: readonly ReportedCheck[];
  /** All that it wrote. */
  readonly output: string;
  /** The check of that id; fails where there is none. */
  readonly check: (id: string) => ReportedCheck;
  /** Ids of what has that status. */
  readonly ids: (status: ReportedCheck['status']) => readonly string[];
};

export type DoctorSetup = {
  /** By name; one that refuses as the contract says unless given. */
  readonly receivers?: Readonly<Record<string, string>>;
  readonly journal?: string;
  readonly maxBytes?: string;
  /** More of the configuration. */
  readonly extra?: string;
  readonly args?: readonly string[];
  readonly env?: Record<string, string>;
  /** Address of the API server; an embedded cluster unless given. */
  readonly server?: string;
  readonly cluster?: LocalClusterOptions;
};

/** `offhook doctor --json` in this process, with a configuration and a cluster of its own. */
export async function runDoctor(setup: DoctorSetup = {}): Promise<DoctorReport> {
  const { journal, maxBytes, extra, args = [], env = {} } = setup;
  const receivers = setup.receivers ?? { bridge: await startRefusing() };
  const written = writeWatchConfig(temporaryDirectory(), {
    receivers,
    ...(journal !== undefined && { journal }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(extra !== undefined && { extra }),
  });
  const server = setup.server ?? (await startCluster(setup.cluster)).url;
  const command = ['doctor', '--json', '--config', written.file, '--server', server, ...args];
  return readReport(await runHere(command, { env: { ...written.env, ...env } }));
}

/** The URL of a receiver that refuses every signature. */
async function startRefusing(): Promise<string> {
  const receiver = await startReceiver();
  receiver.answer(401);
  return receiver.url;
}

/** Closed after the test. */
export async function startCluster(options: LocalClusterOptions = {}) {
  const cluster = await createLocalCluster(options);
  onTestFinished(() => cluster.close());
  return cluster;
}

export function readReport(ended: {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}): DoctorReport {
  expect(ended.stderr).toBe('');
  const report = JSON.parse(ended.stdout) as Pick<DoctorReport, 'ok' | 'summary' | 'checks'>;
  return {
    ...report,
    code: ended.code ?? -1,
    output: ended.stdout,
    check(id) {
      const found = report.checks.find((check) => check.id === id);
      if (found === undefined)
        throw new Error(`no check ${id} among ${report.checks.map((each) => each.id)}`);
      return found;
    },
    ids: (status) => report.checks.filter((check) => check.status === status).map(({ id }) => id),
  };
}
