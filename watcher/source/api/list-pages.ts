import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { isRecord, text } from '../../lifecycle/snapshot/json-field.ts';
import type { ApiClient } from './call-api.ts';
import { type Collection, collectionPath } from './collection-path.ts';
import type { Ending } from './ending.ts';
import { getList, type JsonAnswer } from './get-json.ts';
import { createPageBytes } from './page-bytes.ts';
import type { ListedItems } from './read-list-body.ts';
import type { ObjectChange } from './watch-message.ts';

const PAGE_SIZE = 500;
/** Objects that are handed on before deliveries and probes get their turn. */
const SLICE = 64;

type ListRequest<Item> = {
  readonly collection: Collection;
  /** Accept any state at or after this one; null asks for the most recent (a consistent read). */
  readonly notOlderThan: string | null;
  readonly project: (object: unknown) => Item | null;
  readonly signal: AbortSignal;
  /** Called for each page, or several times for one, in order; an ending it returns ends the list. */
  readonly onPage: (items: readonly ObjectChange<Item>[], resourceVersion: string) => Ending | null;
};

type ListResult =
  | { readonly kind: 'complete'; readonly resourceVersion: string }
  | { readonly kind: 'ended'; readonly ending: Ending };

/**
 * Lists a collection in pages of 500, one raw page in memory at a time; the next one is asked for before this one is
 * handed on, so that the server and the watcher work at the same time. All pages show the state at one
 * resourceVersion; when the server cannot keep that promise to the end (410 on a continue token, which it keeps for
 * five minutes) the whole list is void: going on with a newer state would invent deletions.
 */
export async function listPages<Item>(client: ApiClient, request: ListRequest<Item>): Promise<ListResult> {
  const abandon = new AbortController();
  const page = createPageBytes();
  const signal = AbortSignal.any([request.signal, abandon.signal]);
  try {
    const take = (object: unknown) => takeObject(object, request.project);
    return await readPages({ ...request, signal }, (path) => getList(client, path, signal, { page, take }));
  } finally {
    abandon.abort();
    page.release();
  }
}

async function readPages<Item>(
  request: ListRequest<Item>,
  ask: (path: string) => Promise<JsonAnswer<ListedItems<ObjectChange<Item> | null>>>,
): Promise<ListResult> {
  const { onPage } = request;
  let resourceVersion: string | null = null;
  let token: string | null = null;
  let asked = ask(pagePath(request, token));
  for (;;) {
    const answer = await asked;
    if (answer.kind === 'ended') return { kind: 'ended', ending: midList(answer.ending, token) };
    const page: Page<Item> | null = readPage(answer.value);
    if (page === null) return ended('malformed', 'an answer to a list request that is no list');
    if (resourceVersion !== null && page.resourceVersion !== resourceVersion) {
      return ended('continueExpired', 'the pages of a list are not of one resourceVersion');
    }
    resourceVersion = page.resourceVersion;
    token = page.token;
    if (token !== null) asked = ask(pagePath(request, token));
    for (let from = 0; from < page.items.length || from === 0; from += SLICE) {
      if (page.items.length > SLICE) await turnOfTheLoop();
      const ending = onPage(page.items.slice(from, from + SLICE), resourceVersion);
      if (ending !== null) return { kind: 'ended', ending };
    }
    if (token === null) return { kind: 'complete', resourceVersion };
  }
}

function pagePath<Item>({ collection, notOlderThan }: ListRequest<Item>, token: string | null): string {
  const state = { resourceVersion: notOlderThan, resourceVersionMatch: notOlderThan && 'NotOlderThan' };
  return collectionPath(collection, { limit: PAGE_SIZE, ...(token === null ? state : { continue: token }) });
}

function midList(ending: Ending, token: string | null): Ending {
  return ending.kind === 'expired' && token !== null ? { ...ending, kind: 'continueExpired' } : ending;
}

function ended(kind: Ending['kind'], message: string): ListResult {
  return { kind: 'ended', ending: { kind, message } };
}

type Page<Item> = {
  readonly items: readonly ObjectChange<Item>[];
  readonly resourceVersion: string;
  readonly token: string | null;
};

function readPage<Item>({ list, items }: ListedItems<ObjectChange<Item> | null>): Page<Item> | null {
  if (!isRecord(list) || !isRecord(list.metadata) || items === null) return null;
  const resourceVersion = text(list.metadata.resourceVersion);
  if (resourceVersion === null || !items.every((item) => item !== null)) return null;
  return { items, resourceVersion, token: text(list.metadata.continue) };
}

/** @returns null where no object is like that. */
function takeObject<Item>(
  object: unknown,
  project: (object: unknown) => Item | null,
): ObjectChange<Item> | null {
  const metadata = isRecord(object) && isRecord(object.metadata) ? object.metadata : {};
  const resourceVersion = text(metadata.resourceVersion);
  if (resourceVersion === null || text(metadata.uid) === null) return null;
  return { deleted: false, item: project(object), resourceVersion };
}
