import { systemClock } from '../../settings/ambient/clock.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { RELEASE_HELP, readReleaseCommand } from './release-options.ts';
import { runRelease } from './run-release.ts';

/**
 * `npm run release`, on the checkout in the working directory. Needs no package, so that steps with credentials can run
 * without installing any. Sets the exit code: 1 when something speaks against it or fails, 2 for a mistake on the
 * command line.
 */
async function main(args: readonly string[]): Promise<void> {
  const command = readReleaseCommand(args);
  if (command.kind === 'help') {
    process.stdout.write(RELEASE_HELP);
  } else if (command.kind === 'mistake') {
    process.stderr.write(`release: ${command.message}\nTry "npm run release -- --help".\n`);
    process.exitCode = 2;
  } else {
    try {
      const today = () => new Date(systemClock.nowMs()).toISOString().slice(0, 10);
      process.stdout.write(await runRelease(command, { root: process.cwd(), fetch, today }));
    } catch (error) {
      const lines = messageOf(error).split('\n');
      process.stderr.write(lines.map((line) => `release: ${line}\n`).join(''));
      process.exitCode = 1;
    }
  }
}

if (import.meta.main) await main(process.argv.slice(2));
