import { type Run, succeeds } from './run-command.ts';

/** Programs that build images, in the order in which they are tried. */
export const ENGINES = ['docker', 'podman', 'buildah'] as const;
export type Engine = (typeof ENGINES)[number];

/** What an engine must be able to do; a client without its daemon is no engine. */
const PROBES: Readonly<Record<Engine, readonly (readonly string[])[]>> = {
  docker: [['info'], ['buildx', 'version']],
  podman: [['info']],
  buildah: [['info']],
};

/**
 * The first engine that works, or only the one that is wanted.
 *
 * @throws Error that says of each what is missing.
 */
export async function findEngine(run: Run, wanted?: Engine): Promise<Engine> {
  const problems: string[] = [];
  for (const engine of wanted === undefined ? ENGINES : [wanted]) {
    const problem = await problemOf(engine, run);
    if (problem === null) return engine;
    problems.push(`  ${engine}: ${problem}`);
  }
  throw new Error(
    `it needs docker (with buildx), podman or buildah, and none works:\n${problems.join('\n')}`,
  );
}

async function problemOf(engine: Engine, run: Run): Promise<string | null> {
  for (const probe of PROBES[engine]) {
    const result = await run(engine, probe);
    if (result.missing) return 'not installed';
    if (!succeeds(result)) return lastLine(result.stderr) || `"${engine} ${probe.join(' ')}" failed`;
  }
  return null;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
