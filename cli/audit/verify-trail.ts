import type { Checkpoint } from '../../functions/audit/checkpoint/checkpoint.ts';
import {
  type CheckpointsVerdict,
  verifyCheckpoints,
} from '../../functions/audit/checkpoint/verify-checkpoints.ts';
import { verifyChain } from '../../functions/audit/verify/verify-chain.ts';
import type { ChainVerdict } from '../../functions/audit/verify/verify-verdict.ts';
import type { Verifier } from '../../protocol/signature/verify.ts';
import { type CommandIo, NOWHERE } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { createCountProgress } from '../terminal/count-progress.ts';
import { jsonLine } from '../terminal/json-line.ts';
import type { AuditSource } from './audit-source.ts';
import { readCheckpoints } from './read-checkpoints.ts';
import { readVerifier } from './read-verifier.ts';
import { isVerified, reportJson, reportText, type VerifyReport } from './verify-report.ts';
import type { WhichAudit } from './which-audit.ts';
import { withAuditSource } from './with-audit-source.ts';

/** What to check of which audit trail, and with which keys; files and a directory by their paths. */
type VerifyTrailOptions = WhichAudit & {
  readonly checkpoints: string | undefined;
  readonly checkpointSecretFile: string | undefined;
  readonly signingSecretFile: string | undefined;
  readonly trustBus: boolean;
  readonly noBodies: boolean;
  readonly json: boolean;
};

/** Verifies an audit trail and prints the verdict; returns the exit code. */
export function verifyTrail(options: VerifyTrailOptions, io: CommandIo): Promise<number> {
  const { checkpointSecretFile, signingSecretFile, json } = options;
  return withAuditSource(options, io, async (source) => {
    // Before the chains: what is signed while those are read must not count as missing.
    const checkpointKey = await readVerifier('--checkpoint-secret-file', checkpointSecretFile);
    const checkpoints = await readAttested(options.checkpoints, checkpointKey);
    const verifier = await readVerifier('--signing-secret-file', signingSecretFile);
    const chains = await verifyChains(source, { options, io, verifier, checkpointKey, checkpoints });
    const report: VerifyReport = {
      chains,
      faults: await source.faults(),
      checkpoints,
      keyGiven: checkpointSecretFile !== undefined,
      signingSecretGiven: signingSecretFile !== undefined,
    };
    io.stdout.write(json ? jsonLine(reportJson(report)) : reportText(report));
    return isVerified(report) ? EXIT.ok : EXIT.failed;
  });
}

async function readAttested(
  directory: string | undefined,
  key: Verifier | null,
): Promise<CheckpointsVerdict | null> {
  return directory === undefined ? null : verifyCheckpoints(readCheckpoints(directory), key);
}

type Work = {
  readonly options: VerifyTrailOptions;
  readonly io: CommandIo;
  readonly verifier: Verifier | null;
  readonly checkpointKey: Verifier | null;
  readonly checkpoints: CheckpointsVerdict | null;
};

async function verifyChains(source: AuditSource, work: Work): Promise<readonly ChainVerdict[]> {
  const { options, io, verifier, checkpointKey } = work;
  const attested =
    work.checkpoints?.kind === 'verified'
      ? work.checkpoints.byStream
      : new Map<string, readonly Checkpoint[]>();
  // A chain that is gone altogether is known by its checkpoints.
  const streams = new Set([...(await source.streams()), ...attested.keys()]);
  const progress = createCountProgress(options.json ? NOWHERE : io.stderr, 'records read');
  const bodies = !options.noBodies;
  const onRecord = () => {
    io.stop.throwIfAborted();
    progress.one();
  };
  const how = { verifier, bodies, trustBus: options.trustBus, onRecord };
  const read = (stream: string) => {
    const checkpoints = attested.get(stream) ?? [];
    const attestedUpTo = checkpoints.at(-1)?.position ?? 0;
    const retention = checkpointKey && { verifier: checkpointKey, attestedUpTo };
    const entries = source.entries(stream, { after: 0, bodies });
    return verifyChain(stream, entries, { ...how, checkpoints, retention });
  };
  const verdicts: ChainVerdict[] = [];
  for (const stream of streams) {
    const verdict = await read(stream);
    // The retention may have overtaken the reading; if so, it has not the second time.
    verdicts.push(source.moves && isGap(verdict) ? await read(stream) : verdict);
  }
  progress.end();
  return verdicts;
}

function isGap(verdict: ChainVerdict): boolean {
  return verdict.kind === 'broken' && ['missing', 'beginningMissing'].includes(verdict.fault.kind);
}
