import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function run(...parameters: string[]) {
  const { status, stdout } = spawnSync(process.execPath, [MAIN, ...parameters], {
    encoding: 'utf8',
    timeout: 180_000,
  });
  return { status, stdout };
}

describe('the command line of the simulation', () => {
  it('explains itself', () => {
    const { status, stdout } = run('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('--seeds N');
  });

  it('says how many seeds held', () => {
    const { status, stdout } = run('--seeds', '2', '--from', '5');
    expect(stdout).toMatch(/^2 seeds from 5 in \d+\.\d s, \d+ deliveries, 0 failed\n$/);
    expect(status).toBe(0);
  });

  it('prints the smallest history of a seed that fails, and exits with 1', () => {
    const { status, stdout } = run('--mutation', 'ignore-deletion', '--seeds', '1');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^seed 1 fails; [1-6] actions are left/);
    expect(stdout).toContain('Complete: preStop of');
    expect(stdout).toContain('watcher 1 starts');
  }, 180_000);

  const refused = [['--seeds', '0'], ['--from', 'x'], ['--mutation', 'none'], ['--unknown']];
  it.each(refused.map((parameters) => ({ parameters })))('refuses $parameters', ({ parameters }) => {
    expect(run(...parameters).status).toBe(2);
  });
});
