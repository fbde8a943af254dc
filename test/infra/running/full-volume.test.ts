import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../../support/until.ts';
import { healthOf } from '../../support/watch-config.ts';
import { installed, rendered, startInstallation, toldInFull, withConfig } from './acted-installation.ts';

const SLOW = { timeout: 120_000 };

// Mounting a file system needs root.
describe.skipIf(process.getuid?.() !== 0)('a volume', () => {
  it(
    'that others have filled makes the watcher unready, with the reason; nothing is lost, and it goes on when there is room',
    SLOW,
    async () => {
      const installation = await startInstallation();
      const { set, accepted } = installation;
      const volume = set.volume(0);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', volume]);
      onTestFinished(() => void execFileSync('umount', ['--lazy', volume]));
      const values = { persistence: { size: '16Mi' }, journal: { maxBytes: '12MiB' } };
      // In memory, which a journal refuses unless it is told that this is meant.
      const manifests = withConfig(await rendered(values), (text) =>
        text.replace('journal:', 'journal:\n  allowVolatile: true'),
      );
      const load = await installed(installation, manifests);
      const filler = join(volume, 'filler');
      fill(filler);
      await set.act('it is not ready', () => set.done.length === 1 && !set.pod(0).ready());
      const watcher = set.pod(0).process();
      await watcher.says(/could not be stored.*full|full.*could not be stored/i);
      const readiness = await fetch(new URL('/readyz', await healthOf(watcher)));
      expect(readiness.status).toBe(503);
      expect(await readiness.text()).toMatch(/the journal cannot write: .*full/);
      const [lives, taken] = [load.lives(), accepted.length];
      await until('events that cannot be stored', () => load.lives() > lives + 10, 40_000);
      expect(accepted.length - taken).toBeLessThan(8);

      rmSync(filler);
      await set.act('it is ready again', () => set.pod(0).ready());
      await toldInFull(installation, load);
      expect(set.pod(0).exitCodes).toEqual([]);
    },
  );
});

/** Takes every byte that is left on the file system, also while others write to it. */
function fill(file: string): void {
  for (const size of [64 * 1024, 4096]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    }
  }
}
