import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../functions/support/eventually.ts';
import { type Bridge, PLATFORMS } from '../functions/support/platforms.ts';
import { preStop, sampleId } from '../functions/support/sample-events.ts';
import { deliver, SECRET } from '../functions/support/signed-post.ts';
import { makeTemporaryDirectory } from '../functions/support/temporary-directory.ts';
import { startOffhook } from '../support/offhook-process.ts';

const PAGE_TOKEN = 'a-long-enough-page-token';
const KEYS = ['a', 'b', 'c'];

describe.each(PLATFORMS)('offhook audit --url, with a receiver on $platform', ({ start }) => {
  let bridge: Bridge;
  let directory: Awaited<ReturnType<typeof makeTemporaryDirectory>>;

  beforeAll(async () => {
    directory = await makeTemporaryDirectory();
    await writeFile(join(directory.path, 'page.token'), `${PAGE_TOKEN}\n`);
    await writeFile(join(directory.path, 'other.token'), 'another-page-token-0\n');
    await writeFile(join(directory.path, 'bridge.secret'), `${SECRET}\n`);
    bridge = await start({ PAGE_TOKEN, PAGE_OPEN: '' });
    for (const key of KEYS) expect((await deliver(bridge.url, preStop({ key }))).status).toBe(202);
    await eventually(
      () => bridge.auditRows(),
      (rows) => rows.length === KEYS.length && rows.every(({ runs }) => runs.length === 1),
    );
  });
  afterAll(async () => {
    await bridge.close();
    await directory.remove();
  });

  const audit = (command: string, token: string, ...more: string[]) => {
    const from = ['--url', bridge.url, '--token-file', token];
    return startOffhook(['audit', command, ...from, ...more], { cwd: directory.path }).ended();
  };

  it('verifies the chain, every body and every signature', async () => {
    const { code, stdout } = await audit('verify', 'page.token', '--signing-secret-file', 'bridge.secret');
    expect(stdout).toContain('3 signatures verified');
    expect(stdout).toContain('Verified: 1 chain, 6 records.');
    expect(code).toBe(0);
  });

  it('lists what is asked for', async () => {
    const { code, stdout } = await audit('list', 'page.token', '--event', sampleId('b'), '--json');
    expect(code).toBe(0);
    expect(stdout).toContain(sampleId('b'));
    expect(stdout).not.toContain(sampleId('a'));
  });

  it('exports every record, to be verified from the file', async () => {
    expect((await audit('export', 'page.token', '--out', 'export.jsonl')).code).toBe(0);
    const args = ['audit', 'verify', '--file', 'export.jsonl', '--signing-secret-file', 'bridge.secret'];
    const { code, stdout } = await startOffhook(args, { cwd: directory.path }).ended();
    expect(stdout).toContain('Verified: 1 chain, 6 records.');
    expect(code).toBe(0);
  });

  it('gets nothing with another token, and says so', async () => {
    const { code, stdout, stderr } = await audit('verify', 'other.token');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/token/);
    expect(stderr).not.toContain('another-page-token');
  });
});
