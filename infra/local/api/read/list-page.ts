import type { KubeObject } from '../../objects/kube-object.ts';
import { objectKey, type Store, snapshot } from '../../store/store.ts';
import { ApiStatusError, badRequest } from '../http/status-error.ts';
import { parseVersion } from './parse-version.ts';
import type { Matcher } from './selectors.ts';

/** Where a paged list goes on: after key `start`, in the state as of `rv` (-1: as it stands now). */
type ContinueToken = { v: 'meta.k8s.io/v1'; rv: number; start: string };

type ListPage = {
  items: KubeObject[];
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
};

/**
 * One page of a list. All pages of one `continue` chain show the same moment.
 *
 * @throws ApiStatusError 410 Expired when that moment is beyond the history, with a token to go on inconsistently; 504
 *   for a resourceVersion from the future; 400 for parameters that cannot be read.
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks
 */
export function listPage(
  store: Store,
  resource: string,
  { matches, query }: { matches: Matcher; query: URLSearchParams },
): ListPage {
  const token = query.get('continue') ? decodeToken(query.get('continue') ?? '') : undefined;
  const limit = Number(query.get('limit') ?? 0);
  if (!Number.isSafeInteger(limit) || limit < 0) throw badRequest('limit must be a non-negative number');
  const at = token && token.rv > 0 ? token.rv : store.version();
  if (!token) checkRequestedVersion(store, resource, query);

  const all = snapshot(store, resource, at);
  if (!all) throw expiredToken(token?.start ?? '');
  const rest = all.filter((object) => matches(object) && objectKey(object) > (token?.start ?? ''));
  const items = limit === 0 ? rest : rest.slice(0, limit);
  const last = items.at(-1);
  const metadata: ListPage['metadata'] = { resourceVersion: String(at) };
  if (last && items.length < rest.length) {
    metadata.continue = encodeToken({ v: 'meta.k8s.io/v1', rv: at, start: objectKey(last) });
    metadata.remainingItemCount = rest.length - items.length;
  }
  return { items, metadata };
}

function checkRequestedVersion(store: Store, resource: string, query: URLSearchParams): void {
  const text = query.get('resourceVersion') ?? '';
  if (text === '' || text === '0') return;
  const wanted = parseVersion(text);
  if (wanted > store.version()) throw tooLarge(text, store.version());
  if (query.get('resourceVersionMatch') === 'Exact' && wanted < store.compactedTo(resource)) {
    throw new ApiStatusError({
      code: 410,
      reason: 'Expired',
      message: `The resourceVersion for the provided list is too old.`,
    });
  }
}

function tooLarge(wanted: string, current: number): ApiStatusError {
  return new ApiStatusError({
    code: 504,
    reason: 'Timeout',
    message: `Timeout: Too large resource version: ${wanted}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
    headers: { 'retry-after': '1' },
  });
}

function expiredToken(start: string): ApiStatusError {
  return new ApiStatusError({
    code: 410,
    reason: 'Expired',
    metadata: { continue: encodeToken({ v: 'meta.k8s.io/v1', rv: -1, start }) },
    message:
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
  });
}

function encodeToken({ v, rv, start }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v, rv, start: `${start}\0` })).toString('base64url');
}

function decodeToken(text: string): ContinueToken {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    const { v, rv, start } = value as Record<string, unknown>;
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string') {
      return { v, rv, start: start.replace(/\0$/, '') };
    }
  } catch {
    // Falls through to the same answer as a token with other contents.
  }
  throw badRequest('continue key is not valid: it must be a token from an earlier page of this list');
}
