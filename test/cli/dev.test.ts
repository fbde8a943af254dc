import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/journal-directory.ts';
import { runOffhook, startOffhook } from '../support/offhook-process.ts';
import { until } from '../support/until.ts';

describe('offhook dev', () => {
  it('tells the whole story of hooks-pod once, in a directory of its own', { timeout: 60_000 }, async () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, 'empty'));
    const { code, stdout, stderr } = await runOffhook(
      ['dev', '--once', '--delete-after', '1', '--port', '0'],
      { cwd: join(cwd, 'empty') },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const hook of ['preStart', 'postStart', 'preStop', 'postStop']) {
      for (const stage of ['seen', 'delivered', 'handled']) {
        expect(stdout).toMatch(new RegExp(`${stage} +${hook} +default/hooks-pod/hooks-pod`));
      }
    }
    expect(stdout).toMatch(/postStop .* exit 0 Completed/);
  });

  it('ends cleanly on Ctrl-C, exit code 0', { timeout: 60_000 }, async () => {
    const dev = startOffhook(['dev', '--port', '0']);
    await until('the container runs', () => dev.stdout().includes('The container runs'), 30_000);
    dev.kill('SIGINT');
    expect(await dev.ended()).toMatchObject({ code: 0, stderr: '' });
  });
});
