import { createLoginPath } from '../../functions/access/token/login-link.ts';
import { formatFaults } from '../../settings/fault.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { readText } from '../../settings/files/read-text.ts';
import type { CommandIo } from '../command/command-io.ts';
import { EXIT } from '../command/exit-code.ts';
import { askForPage } from './ask-for-page.ts';
import { readOwnPage } from './read-own-page.ts';

type PageLinkOptions = {
  readonly config: string | undefined;
  readonly url: URL | undefined;
  readonly tokenFile: string | undefined;
};

const MOST_FILE_BYTES = 16 * 1_024;

/** Prints a one-time link. @returns the exit code. */
export async function makePageLink(options: PageLinkOptions, io: CommandIo): Promise<number> {
  const fail = (code: number, message: string): number => {
    io.stderr.write(`offhook page-link: ${message}\n`);
    return code;
  };
  const given = options.tokenFile === undefined ? undefined : readToken(options.tokenFile);
  if (given?.kind === 'unreadable') return fail(EXIT.usage, `--token-file ${given.message}`);
  const own =
    options.url !== undefined && given !== undefined
      ? null
      : readOwnPage(options.config, io.env, readBounded);
  if (own?.kind === 'invalid') {
    io.stderr.write(`${formatFaults(own.faults)}\n`);
    return fail(EXIT.usage, 'without this file, give --url and --token-file');
  }
  const url = options.url ?? own?.url ?? null;
  const token = given?.token ?? own?.token ?? null;
  if (url === null) return fail(EXIT.usage, 'listen.port is 0, any free one: give --url, as its log says');
  if (token === null) return fail(EXIT.usage, 'the configuration has no page.tokenFile and no page.tokenEnv');
  const answer = await askForPage(url, token, io.stop);
  if (answer.kind === 'refused') return fail(EXIT.failed, answer.why);
  if (answer.kind === 'unasked') {
    io.stderr.write(`could not be asked whether this is its token: ${answer.why}\n`);
  }
  const path = await createLoginPath(token, answer.nowMs);
  io.stderr.write('lets one browser in, once, within ten minutes:\n');
  io.stdout.write(`${url.href.replace(/\/$/, '')}${path}\n`);
  return EXIT.ok;
}

type ReadToken =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Names neither the path nor the content: a secret pasted where a path belongs must not be echoed. */
function readToken(path: string): ReadToken {
  const read = readText(path, readBounded, MOST_FILE_BYTES);
  if (read.kind === 'unreadable') return read;
  const token = read.text.trim();
  if (token === '') return { kind: 'unreadable', message: 'is empty' };
  return /\s/.test(token)
    ? { kind: 'unreadable', message: 'holds more than one word: a token is one' }
    : { kind: 'token', token };
}
