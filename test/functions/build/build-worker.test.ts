import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { buildWorker } from '../../../functions/build/build-worker.ts';
import { bundleWorker } from '../../../functions/build/bundle-worker.ts';
import { startInWorkerd, WORKER_ENTRY } from '../../../functions/platforms/cloudflare/local/miniflare.ts';
import { eventually } from '../support/eventually.ts';
import { postStart } from '../support/sample-events.ts';
import { deliver, SECRET } from '../support/signed-post.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

/**
 * Of the shipped Worker with its page. Cloudflare takes far larger ones, but every isolate parses the whole module before
 * its first answer: beyond this size something has come in that does not belong there.
 */
const MOST_SHIPPED_BYTES = 294_912;
const BUILD = fileURLToPath(new URL('../../../functions/build/build-worker.ts', import.meta.url));
const ONLY_REGISTERS_OTHERS = 'export const register = 1;\nexport function handlers() {}\n';

const OWN = `
import { registerAudit } from 'offhook/handlers/audit';
import type { RegisterHandlers } from 'offhook/hooks';
import { HOOK } from './hook.ts';

export const registerHandlers: RegisterHandlers = (hooks, env) => {
  registerAudit(hooks, env);
  hooks.on(HOOK, {}, async function pageSomebody() {});
};
`;

async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const { path, remove } = await makeTemporaryDirectory();
  onTestFinished(remove);
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  return path;
}

describe('the shipped Worker', () => {
  it('is small', async () => {
    const outputFile = join(await directoryWith({}), 'worker', 'worker.js');
    const { scriptBytes, pageAssetsBytes, compressedBytes } = await buildWorker({ outputFile });
    console.info(`Worker: ${scriptBytes} bytes minified, the page beside it ${pageAssetsBytes} bytes`);
    expect(scriptBytes).toBe((await stat(outputFile)).size);
    expect(pageAssetsBytes).toBe((await stat(join(dirname(outputFile), 'page-assets.bin'))).size);
    expect(scriptBytes + pageAssetsBytes).toBeLessThanOrEqual(MOST_SHIPPED_BYTES);
    expect(compressedBytes).toBeLessThan(scriptBytes);
  });

  it('is not written when Cloudflare would not take it, the page included', async () => {
    const outputFile = join(await directoryWith({}), 'worker.js');
    await expect(buildWorker({ outputFile, limitBytes: 50_000 })).rejects.toThrow(
      /the Worker has [\d,]+ bytes minified, and Cloudflare takes 50,000: .+ Most of it is \S+\.[jt]s \([\d,]+\), /,
    );
    expect(existsSync(outputFile)).toBe(false);
    const { scriptBytes, pageAssetsBytes } = await buildWorker({ outputFile });
    const limitBytes = scriptBytes + pageAssetsBytes;
    await expect(buildWorker({ outputFile, limitBytes })).resolves.toMatchObject({ scriptBytes });
    await expect(buildWorker({ outputFile, limitBytes: limitBytes - 1 })).rejects.toThrow(/Cloudflare takes/);
  });
});

describe('a Worker with a module of handlers', () => {
  it('runs these instead of the shipped ones, under their names, and holds nothing else', async () => {
    const directory = await directoryWith({ 'own.ts': OWN, 'hook.ts': "export const HOOK = 'postStart';\n" });
    const bundle = await bundleWorker(WORKER_ENTRY, join(directory, 'own.ts'));
    expect(
      Object.keys(bundle.bytesOf).filter((path) => /handlers\/(register\.ts|shipped\/)/.test(path)),
    ).toEqual(['functions/handlers/shipped/audit.ts']);
    const receiver = await startInWorkerd({ port: 0, secrets: [SECRET], bundle });
    onTestFinished(receiver.dispose);
    expect((await deliver(receiver.url, postStart({ key: 'own' }))).status).toBe(202);
    const [row] = await eventually(receiver.auditRows, ([first]) => first?.runs.length === 2);
    expect(row?.runs.map(({ handler, outcome }) => `${handler} ${outcome}`).toSorted()).toEqual([
      'audit completed',
      'pageSomebody completed',
    ]);
  });

  it('may call the shipped ones', async () => {
    const directory = await directoryWith({
      'own.js': "export { registerHandlers } from 'offhook/handlers';\n",
    });
    const { bytesOf } = await bundleWorker(WORKER_ENTRY, join(directory, 'own.js'));
    expect(Object.keys(bytesOf)).toContain('functions/handlers/shipped/announce-crash.ts');
  });

  it.each([
    ['missing.ts', {}, /the module of handlers \S+\/missing\.ts does not exist/],
    [
      'wrong.ts',
      { 'wrong.ts': ONLY_REGISTERS_OTHERS },
      /wrong\.ts must export a function registerHandlers\(hooks, env\); it exports (handlers, register|register, handlers)$/,
    ],
    ['empty.js', { 'empty.js': '' }, /empty\.js must export .+; it exports nothing/],
    [
      'broken.ts',
      { 'broken.ts': '\nexport const = 1;' },
      /broken\.ts cannot be bundled: .*broken\.ts:2:14: Expected/,
    ],
  ])('is not built from %s', async (name, files, message) => {
    const directory = await directoryWith(files);
    await expect(bundleWorker(WORKER_ENTRY, join(directory, name))).rejects.toThrow(message);
  });

  it('is built by the command of wrangler.toml, which says so when the module is not there', async () => {
    const failed = await promisify(execFile)(process.execPath, [BUILD, '--handlers', 'no/hooks.ts']).catch(
      (error) => error,
    );
    expect(failed).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^cannot build the Worker: the module of handlers \S+\/no\/hooks\.ts does not/,
      ),
    });
    const toml = await readFile(new URL('../../../wrangler.toml', import.meta.url), 'utf8');
    expect(toml).toContain('#   command = "node functions/build/build-worker.ts --handlers ');
  });
});
