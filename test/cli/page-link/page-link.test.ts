import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../support/journal-directory.ts';
import { runOffhook } from '../../support/offhook-process.ts';
import { receive, urlOf, writeReceiverConfig } from '../support/receive-process.ts';

const TOKEN = 'a-long-enough-page-token';

/** A receiver that runs, with a page, and the file that holds its token. */
async function startReceiver() {
  const port = await freePort();
  const tokenFile = join(temporaryDirectory(), 'page.token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  const setup = writeReceiverConfig(`page: { tokenFile: ${tokenFile} }\n`, `port: ${port}`);
  const url = await urlOf(receive(setup));
  return { ...setup, tokenFile, url };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Something else that answers like that. */
async function startOther(status: number): Promise<string> {
  const server = createServer((_, response) => void response.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const tokenFileWith = (text: string) => {
  const file = join(temporaryDirectory(), 'page.token');
  writeFileSync(file, text);
  return file;
};

describe('offhook page-link', () => {
  it('makes a link that lets one browser in, by the configuration of a receiver that runs', async () => {
    const { file, env, url } = await startReceiver();
    const { code, stdout, stderr } = await runOffhook(['page-link', '--config', file], { env });
    expect([code, stderr]).toEqual([0, 'lets one browser in, once, within ten minutes:\n']);
    expect(stdout).toMatch(new RegExp(`^${url}/\\?login=[0-9a-f]{32}\\.\\d+\\.[0-9a-f]{64}\n$`));
    expect(stdout).not.toContain(TOKEN);
    const entered = await fetch(stdout.trim(), { redirect: 'manual' });
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    expect((await fetch(stdout.trim(), { redirect: 'manual' })).status).toBe(401);
  });

  it('makes it by URL and token where there is no configuration', async () => {
    const { tokenFile, url } = await startReceiver();
    const args = ['page-link', '--url', url, '--token-file', tokenFile];
    const { code, stdout } = await runOffhook(args, { cwd: temporaryDirectory() });
    expect(code).toBe(0);
    expect((await fetch(stdout.trim(), { redirect: 'manual' })).status).toBe(303);
  });

  it('makes none with another token than the receiver’s', async () => {
    const { url } = await startReceiver();
    const args = ['page-link', '--url', url, '--token-file', tokenFileWith('another-long-page-token')];
    expect(await runOffhook(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'offhook page-link: the receiver has another token for its page (HTTP 401)\n',
    });
  });

  it.each<[number, string]>([
    [404, 'the receiver shows no page (HTTP 404)'],
    [302, 'the receiver sends elsewhere (HTTP 302)'],
    [503, 'the receiver refuses (HTTP 503)'],
  ])('says what is wrong with an answer of %i', async (status, why) => {
    const args = ['page-link', '--url', await startOther(status), '--token-file', tokenFileWith(TOKEN)];
    const { code, stderr } = await runOffhook(args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(why)]);
  });

  it('says so when nothing answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await runOffhook([
      ...['page-link', '--url', url],
      ...['--token-file', tokenFileWith(TOKEN)],
    ]);
    expect([code, stderr]).toEqual([1, 'offhook page-link: no receiver answers there: ECONNREFUSED\n']);
  });

  it.each([
    ['port: 0', `page: { tokenFile: TOKEN_FILE }\n`, 'give --url'],
    ['port: 8787', '', 'no page.tokenFile'],
  ])('with listen %s and %j says what is missing', async (listen, page, why) => {
    const setup = writeReceiverConfig(page.replace('TOKEN_FILE', tokenFileWith(TOKEN)), listen);
    const { code, stderr } = await runOffhook(['page-link', '--config', setup.file], { env: setup.env });
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  it('without a configuration says what else there is', async () => {
    const { code, stderr } = await runOffhook(['page-link'], { cwd: temporaryDirectory() });
    expect([code, stderr]).toEqual([2, expect.stringContaining('give --url and --token-file')]);
  });
});
