import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SECRET, writeWatchConfig } from '../support/watch-config.ts';

const BIN = fileURLToPath(new URL('../../bin/offhook.js', import.meta.url));

/** What is photographed. `page`: the timeline, with its login; `metrics`: where the watcher is scraped. */
export type Stage = { readonly page: string; readonly metrics: string; close(): Promise<void> };

/** `offhook dev`, and a watcher of its cluster with three receivers: a good one, a slow one, and one that often fails. */
export async function startStage(directory: string): Promise<Stage> {
  const dev = start(['dev', '--port', '0', '--delete-after', '60'], {});
  const [, page = ''] = await says(dev, /live page +(\S+)/);
  const [, cluster = ''] = await says(dev, /cluster +(http:\S+)/);
  const receivers = await Promise.all([answering(20), answering(700), answering(50, isShaky)]);
  const [audit = '', search = '', chat = ''] = receivers.map(({ url }) => url);
  const { file } = writeWatchConfig(directory, {
    receivers: { audit, search, chat },
    journal: `${directory}/journal`,
    maxBytes: '32MiB',
  });
  const watcher = start(['watch', '--config', file, '--server', cluster], { SIGNING_SECRET: SECRET });
  const [, metrics = ''] = await says(watcher, /"health":"([^"]+)"/);
  return {
    page,
    metrics,
    async close() {
      for (const { child } of [watcher, dev]) {
        child.kill('SIGTERM');
        await once(child, 'close');
      }
      for (const { close } of receivers) close();
    },
  };
}

type Started = { readonly child: ChildProcess; output(): string };

function start(args: readonly string[], env: Record<string, string>): Started {
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { child, output: () => output };
}

async function says({ output }: Started, pattern: RegExp): Promise<RegExpExecArray> {
  for (let tries = 0; tries < 600; tries += 1) {
    const found = pattern.exec(output());
    if (found !== null) return found;
    await sleep(100);
  }
  throw new Error(`never said ${pattern}:\n${output()}`);
}

/** Fails every second time, and is down in the second minute. */
function isShaky(sinceMs: number): boolean {
  return Math.random() < 0.5 || (sinceMs > 60_000 && sinceMs < 120_000);
}

/** A receiver that takes its time. @param fails asked with how long it has been there. */
async function answering(ms: number, fails: (sinceMs: number) => boolean = () => false) {
  const startedMs = performance.now();
  const listener: RequestListener = (request, response) => {
    request.resume();
    const status = fails(performance.now() - startedMs) ? 503 : 202;
    setTimeout(() => response.writeHead(status).end(), ms * (0.5 + Math.random()));
  };
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/events`, close };
}
