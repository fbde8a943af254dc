import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const OTHER_NETWORK = fileURLToPath(new URL('./support/other-network.ts', import.meta.url));

/** Network namespaces, joined by a virtual cable, can be made here. */
const hasNetworks =
  spawnSync('unshare', ['-rn', 'ip', 'link', 'add', 'here', 'type', 'veth', 'peer', 'name', 'there'])
    .status === 0;

test.skipIf(!hasNetworks)(
  'a quiet connection whose other end is gone is noticed by TCP keep-alive, without a byte of HTTP',
  { timeout: 180_000 },
  async () => {
    const { stdout } = await promisify(execFile)('unshare', ['-rn', process.execPath, OTHER_NETWORK]);
    const { noticedMs, error, restarts } = JSON.parse(stdout);
    // Ten seconds of quiet, then ten probes a second apart; TCP alone would not notice at all.
    expect(noticedMs).toBeGreaterThan(5_000);
    expect(noticedMs).toBeLessThan(60_000);
    expect(restarts).toEqual({ connection: 1 });
    expect(error).toMatch(/the watch connection broke/);
  },
);
