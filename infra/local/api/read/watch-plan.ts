import { ApiStatusError, badRequest } from '../http/status-error.ts';
import { parseVersion } from './parse-version.ts';

/** Without `timeoutSeconds` the server picks a time between 30 and 60 minutes (`MinRequestTimeout` 1800 s). */
const DEFAULT_TIMEOUT_SECONDS = 1800;

/** `current`: start with what exists; `initial`: the same, ended by the bookmark; `resume`: changes after a version. */
export type WatchPlan = { timeoutSeconds: number } & (
  | { kind: 'current' }
  | { kind: 'initial' }
  | { kind: 'resume'; version: number }
);

/**
 * What a watch is to be told, from its query.
 *
 * @throws ApiStatusError for parameters that cannot be served.
 */
export function watchPlan(query: URLSearchParams): WatchPlan {
  const timeoutSeconds =
    Number(query.get('timeoutSeconds') ?? DEFAULT_TIMEOUT_SECONDS) || DEFAULT_TIMEOUT_SECONDS;
  if (!(timeoutSeconds > 0 && timeoutSeconds <= 86_400))
    throw badRequest('timeoutSeconds must be between 1 and 86400');
  const text = query.get('resourceVersion') ?? '';
  const version = text === '' ? 0 : parseVersion(text);
  if (query.get('sendInitialEvents') === 'true') {
    if (query.get('resourceVersionMatch') !== 'NotOlderThan' || query.get('allowWatchBookmarks') !== 'true') {
      throw new ApiStatusError({
        code: 422,
        reason: 'Invalid',
        message:
          'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents needs resourceVersionMatch=NotOlderThan and allowWatchBookmarks=true',
      });
    }
    return { kind: 'initial', timeoutSeconds };
  }
  return version === 0 ? { kind: 'current', timeoutSeconds } : { kind: 'resume', version, timeoutSeconds };
}
