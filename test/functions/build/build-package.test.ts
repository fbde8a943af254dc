import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { buildPackage } from '../../../functions/build/build-package.ts';
import { loadPageAssets } from '../../../functions/page/page-assets.ts';
import { SECRET } from '../support/signed-post.ts';
import { makeTemporaryDirectory } from '../support/temporary-directory.ts';

const BIN = fileURLToPath(new URL('../../../bin/offhook.js', import.meta.url));
const TOKEN = 'a-long-enough-page-token';

/** The package as npm installs it, without the sources: `bin`, `dist`, `package.json`. */
async function installPackage(): Promise<string> {
  const directory = await makeTemporaryDirectory();
  onTestFinished(directory.remove);
  const { path } = directory;
  await buildPackage({ outDir: join(path, 'dist') });
  await mkdir(join(path, 'bin'));
  await copyFile(BIN, join(path, 'bin/offhook.js'));
  await writeFile(join(path, 'package.json'), '{"type":"module"}');
  return path;
}

it('the published package shows the page without sources, esbuild or node_modules', {
  timeout: 180_000,
}, async () => {
  const path = await installPackage();
  const config = {
    listen: { port: 0 },
    dataDir: join(path, 'data'),
    signingSecretEnv: 'KEYS',
    page: { tokenEnv: 'PAGE' },
  };
  await writeFile(join(path, 'receiver.yaml'), JSON.stringify(config));
  const child = spawn(process.execPath, ['bin/offhook.js', 'receive', '--config', 'receiver.yaml'], {
    cwd: path,
    env: { KEYS: SECRET, PAGE: TOKEN },
  });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (text: Buffer) => {
      output += text;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('close', () => reject(new Error(output)));
  });
  const headers = { authorization: `Bearer ${TOKEN}` };
  const { script, style } = await loadPageAssets();
  expect(await (await fetch(`${url}/`, { headers })).text()).toContain('id="first-view"');
  expect(await (await fetch(`${url}/page.js`, { headers })).text()).toBe(script);
  expect(await (await fetch(`${url}/page.css`, { headers })).text()).toBe(style);
});
