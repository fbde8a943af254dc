import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { until } from '../../support/until.ts';

/** Whether strace is here, and may trace what this process starts. */
export function canTrace(): boolean {
  const probe = spawnSync('strace', ['-e', 'trace=none', 'true']);
  return probe.error === undefined && probe.status === 0;
}

/**
 * Makes every fsync and fdatasync of a running process fail or wait, as a failing or stalling disk does.
 *
 * @param how in the words of strace's `--inject`, such as `error=EIO` or `delay_enter=1s:when=1`.
 * @param calls only these.
 * @returns lets the process go on untraced.
 */
export async function disturbSyncs(
  pid: number,
  how: string,
  calls = 'fsync,fdatasync',
): Promise<() => Promise<void>> {
  const tracer = spawn('strace', [
    ...['-f', '-p', String(pid), '-e', `trace=${calls}`, '-e', `inject=${calls}:${how}`],
  ]);
  const ended = once(tracer, 'close');
  onTestFinished(() => void tracer.kill('SIGTERM'));
  let said = '';
  tracer.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await until('strace to be attached', () => /attached/.test(said) || tracer.exitCode !== null);
  if (tracer.exitCode !== null) throw new Error(`strace ended: ${said}`);
  return async () => {
    tracer.kill('SIGTERM');
    await ended;
  };
}
