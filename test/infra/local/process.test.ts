import { describe, expect, it } from 'vitest';
import { type Files, startProcess } from '../../../infra/local/kubelet/process/process.ts';
import { parseProgram } from '../../../infra/local/kubelet/process/shell.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

/** Runs a command line for `forMs`; sends SIGTERM at `termAtMs`, SIGKILL at the end. */
async function run(argv: string[], { forMs = 10_000, termAtMs = -1 } = {}) {
  const clock = createFakeClock();
  const files: Files = new Map();
  const startedAtMs = clock.nowMs();
  let output = '';
  let end: { code: number; afterMs: number } | undefined;
  const print = (text: string) => {
    output += text;
  };
  const process = startProcess(parseProgram(argv), { clock, files, print });
  void process.exited.then((code) => {
    end = { code, afterMs: clock.nowMs() - startedAtMs };
  });
  if (termAtMs >= 0) {
    await clock.advanceTo(termAtMs);
    process.terminate();
  }
  await clock.advanceTo(forMs);
  process.kill();
  await process.exited;
  return {
    code: end?.code,
    afterMs: Math.round((end?.afterMs ?? 0) / 100) * 100,
    output,
    files: Object.fromEntries(files),
  };
}

const sh = (script: string) => ['/bin/sh', '-c', script];

describe('a modelled process', () => {
  it.each([
    { argv: ['sleep', '2'], code: 0, afterMs: 2000 },
    { argv: sh('sleep 1; exit 3'), code: 3, afterMs: 1000 },
    { argv: sh('sleep 0.5\nsleep 0.5'), code: 0, afterMs: 1000 },
    { argv: sh('exit 0'), code: 0, afterMs: 0 },
    { argv: sh('false'), code: 1, afterMs: 0 },
    { argv: ['cat', '/tmp/none'], code: 1, afterMs: 0 },
    { argv: sh('touch /tmp/ok; cat /tmp/ok'), code: 0, afterMs: 0 },
    { argv: sh('touch /tmp/ok; rm -f /tmp/ok; cat /tmp/ok'), code: 1, afterMs: 0 },
  ])('ends $argv with $code after $afterMs ms', async ({ argv, code, afterMs }) => {
    expect(await run(argv)).toMatchObject({ code, afterMs });
  });

  it.each([
    { name: 'a server it does not know', argv: ['nginx', '-g', 'daemon off;'] },
    { name: 'an image’s own entry point', argv: [] },
    { name: 'a script with an unknown command', argv: sh('curl http://example.com; exit 0') },
    { name: 'a busy loop', argv: sh('while true; do echo x > /dev/null; done') },
  ])('lets $name run until it is killed', async ({ argv }) => {
    expect(await run(argv)).toMatchObject({ code: 137, afterMs: 10_000 });
  });

  it.each([
    { name: 'a bare command as PID 1 ignores', argv: ['sleep', '60'], code: 137, afterMs: 10_000 },
    { name: 'a shell without trap ignores', argv: sh('sleep 60'), code: 137, afterMs: 10_000 },
    { name: 'an entry point ends on', argv: [], code: 0, afterMs: 1000 },
    {
      name: 'a trap ends, after the foreground command, on',
      argv: sh("trap 'exit 7' TERM; while true; do sleep 0.4; done"),
      code: 7,
      afterMs: 1200,
    },
  ])('$name SIGTERM', async ({ argv, code, afterMs }) => {
    expect(await run(argv, { termAtMs: 1000 })).toMatchObject({ code, afterMs });
  });

  it('writes to its output and to files, quotes kept together', async () => {
    const { output, files } = await run(sh('echo a "b; c"; echo Hello postStart! > /var/tmp/hello.txt'));
    expect(output).toBe('a b; c\n');
    expect(files).toEqual({ '/var/tmp/hello.txt': 'Hello postStart!\n' });
  });
});
