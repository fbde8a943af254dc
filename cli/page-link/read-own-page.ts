import { loadReceiverConfig } from '../../functions/platforms/node/config/load-receiver-config.ts';
import type { ConfigFault } from '../../settings/fault.ts';
import type { ReadFile } from '../../settings/files/read-text.ts';
import type { CommandIo } from '../command/command-io.ts';

/** @property url null where the port is any free one; `token`: null where there is none. */
type OwnPage =
  | { readonly kind: 'page'; readonly url: URL | null; readonly token: string | null }
  | { readonly kind: 'invalid'; readonly faults: readonly ConfigFault[] };

const EVERY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

/** Where a receiver of this machine shows its page, and to whom, by its configuration. */
export function readOwnPage(file: string | undefined, env: CommandIo['env'], readFile: ReadFile): OwnPage {
  const loaded = loadReceiverConfig({ ...(file !== undefined && { file }), env, readFile });
  if (loaded.kind === 'invalid') return loaded;
  const { listen, page } = loaded.config;
  const host = EVERY_ADDRESS[listen.host] ?? (listen.host.includes(':') ? `[${listen.host}]` : listen.host);
  const url = new URL(`${listen.tls === null ? 'http' : 'https'}://${host}:${listen.port}/`);
  return { kind: 'page', url: listen.port === 0 ? null : url, token: page.token?.reveal() ?? null };
}
