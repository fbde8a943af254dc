import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { startChild } from './child-process.ts';

/** A mount of its own in a namespace of its own: needs no root where user namespaces are allowed. */
const UNSHARE = 'unshare --user --map-root-user --mount';
const canMount = spawnSync('sh', ['-c', `${UNSHARE} mount -t tmpfs none /mnt`]).status === 0;

test.runIf(canMount)(
  'on a full disk a commit fails as a whole, and works again when there is space',
  async () => {
    const mount = temporaryDirectory();
    const child = startChild(
      'fill-disk.ts',
      [mount],
      `set -- ${UNSHARE} sh -c 'mount -t tmpfs -o size=4m none ${mount} && exec "$@"' sh "$@";`,
    );
    await child.ended();
    const seen = JSON.parse(child.lines.at(-1) ?? 'null');
    expect(seen).toMatchObject({
      before: 3,
      code: 'full',
      fatal: false,
      after: { writable: true, error: null },
    });
    expect(seen.whileFull).toEqual({ writable: false, error: 'full' });
    expect(seen.sequence).toBe(seen.held + 1);
  },
);
