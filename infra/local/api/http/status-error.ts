/** A `metav1.Status` failure as the API server writes it. */
type StatusBody = {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, unknown>;
  status: 'Failure';
  message: string;
  reason?: string;
  details?: Record<string, unknown>;
  code: number;
};

type StatusParts = {
  code: number;
  message: string;
  reason?: string;
  details?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  headers?: Record<string, string>;
};

/** A request the API server refuses; `body` is the Status object to answer with. */
export class ApiStatusError extends Error {
  readonly body: StatusBody;
  readonly headers: Record<string, string>;

  constructor({ code, message, reason, details, metadata = {}, headers = {} }: StatusParts) {
    super(message);
    this.name = 'ApiStatusError';
    this.headers = headers;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** What a refusal names: a plural name of the core group, or with its group. */
type Named = string | { readonly plural: string; readonly group: string };

/** 404 for an object that does not exist. */
export function notFound(resource: Named, name: string): ApiStatusError {
  return new ApiStatusError({
    code: 404,
    reason: 'NotFound',
    message: `${qualified(resource)} "${name}" not found`,
    details: detailsOf(resource, name),
  });
}

/** `plural.group`, or `plural` in the core group. */
function qualified(resource: Named): string {
  if (typeof resource === 'string') return resource;
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

function detailsOf(resource: Named, name: string): Record<string, unknown> {
  const { plural, group } = typeof resource === 'string' ? { plural: resource, group: '' } : resource;
  return { name, ...(group === '' ? {} : { group }), kind: plural };
}

/** 404 for a path that is no resource: the API server's own wording. */
export function noSuchPath(): ApiStatusError {
  return new ApiStatusError({
    code: 404,
    reason: 'NotFound',
    message: 'the server could not find the requested resource',
    details: {},
  });
}

/** 409 for a name that is taken. */
export function alreadyExists(resource: Named, name: string): ApiStatusError {
  return new ApiStatusError({
    code: 409,
    reason: 'AlreadyExists',
    message: `${qualified(resource)} "${name}" already exists`,
    details: detailsOf(resource, name),
  });
}

/** 409 for a write based on an older object, or a precondition that does not hold. */
export function conflict(resource: Named, name: string, why: string): ApiStatusError {
  return new ApiStatusError({
    code: 409,
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    details: detailsOf(resource, name),
  });
}

/** 409 for a write based on an object that has changed since. */
export function modifiedSince(resource: Named, name: string): ApiStatusError {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(resource, name, why);
}

/** 400 for a request that cannot be read. */
export function badRequest(message: string): ApiStatusError {
  return new ApiStatusError({ code: 400, reason: 'BadRequest', message });
}

/** 422 for an object that breaks a rule; `cause` is `field: problem`. */
export function invalid(kind: string, name: string, cause: string): ApiStatusError {
  return new ApiStatusError({
    code: 422,
    reason: 'Invalid',
    message: `${kind} "${name}" is invalid: ${cause}`,
    details: { name, kind },
  });
}

/** 405 for a verb a resource does not have. */
export function methodNotAllowed(): ApiStatusError {
  return new ApiStatusError({
    code: 405,
    reason: 'MethodNotAllowed',
    message: 'the server does not allow this method on the requested resource',
    details: {},
  });
}
