import { readFileSync } from 'node:fs';
import { type CommandLine, outputOf, runProgram } from '../programs/run-program.ts';
import { DIGEST, type PublishStep } from './publish-steps.ts';

/**
 * Runs the steps one after the other, with the digest of what was pushed put into those after it.
 *
 * @throws Error at the first that fails, or when no digest was found where one is needed; later ones are not run.
 */
export async function publish(steps: readonly PublishStep[], root: string): Promise<void> {
  let digest: string | null = null;
  for (const { command, digestFrom } of steps) {
    const resolved = withDigest(command, digest);
    if (digestFrom === null) {
      digest = digestIn(await outputOfShown(resolved, root));
    } else {
      await runProgram(resolved, root);
      if (digestFrom !== undefined) digest = digestIn(readFileSync(digestFrom, 'utf8'));
    }
  }
}

function withDigest(command: CommandLine, digest: string | null): CommandLine {
  if (!command.some((word) => word.includes(DIGEST))) return command;
  if (digest === null) throw new Error(`${command[0]}: the registry told no digest to sign`);
  const [program, ...args] = command;
  return [program, ...args.map((word) => word.replace(DIGEST, digest))];
}

async function outputOfShown(command: CommandLine, root: string): Promise<string> {
  const text = await outputOf(command, root);
  process.stdout.write(text);
  return text;
}

function digestIn(text: string): string | null {
  return /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? null;
}
