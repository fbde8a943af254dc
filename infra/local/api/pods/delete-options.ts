import { type ApiRequest, bodyObject } from '../http/request.ts';
import { badRequest } from '../http/status-error.ts';

/** @property uid the object must be this one; `gracePeriodSeconds`: instead of the Pod's own. */
export type DeleteOptions = { gracePeriodSeconds?: number | undefined; uid?: string | undefined };

/** Options of a DELETE, out of the query and the DeleteOptions body; the body wins. */
export function readDeleteOptions(request: ApiRequest): DeleteOptions {
  const body = request.body.trim() === '' ? {} : parseDeleteOptions(bodyObject(request));
  const text = request.query.get('gracePeriodSeconds');
  return { ...(text === null ? {} : { gracePeriodSeconds: graceSeconds(Number(text)) }), ...body };
}

/** The options as a DeleteOptions object has them; none for anything else. @throws ApiStatusError 400 for a bad grace. */
export function parseDeleteOptions(value: unknown): DeleteOptions {
  if (typeof value !== 'object' || value === null) return {};
  const { gracePeriodSeconds, preconditions } = value as {
    gracePeriodSeconds?: unknown;
    preconditions?: unknown;
  };
  const { uid } = (preconditions ?? {}) as { uid?: unknown };
  return {
    ...(gracePeriodSeconds === undefined || gracePeriodSeconds === null
      ? {}
      : { gracePeriodSeconds: graceSeconds(gracePeriodSeconds) }),
    ...(typeof uid === 'string' ? { uid } : {}),
  };
}

function graceSeconds(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 10_000_000)
    return value;
  throw badRequest('gracePeriodSeconds must be a whole number of seconds, 0 or more');
}
