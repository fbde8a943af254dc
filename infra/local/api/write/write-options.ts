import type { ApiRequest } from '../http/request.ts';
import { ApiStatusError, badRequest } from '../http/status-error.ts';
import { APPLY } from './patch/apply-patch.ts';

/**
 * What a write asks for in its query.
 *
 * @property manager who writes: `fieldManager`, or the first word of the client's name.
 * @property validation what becomes of unknown fields: refused, warned of, or dropped in silence.
 * @property dryRun all is done but storing.
 * @property force takes fields from their owners; server-side apply only.
 */
export type WriteOptions = {
  readonly manager: string;
  readonly validation: 'Strict' | 'Warn' | 'Ignore';
  readonly dryRun: boolean;
  readonly force: boolean;
};

const MOST_MANAGER_CHARACTERS = 128;

/** @throws ApiStatusError 400 or 422 for a value that none of them has. */
export function writeOptions({ query, userAgent, contentType }: ApiRequest): WriteOptions {
  const isApply = contentType === APPLY;
  const given = query.get('fieldManager') ?? '';
  if (isApply && given === '') {
    throw faultyOption('fieldManager: Required value: is required for apply patch');
  }
  if (given.length > MOST_MANAGER_CHARACTERS) {
    throw faultyOption(`fieldManager: Too long: may not be more than ${MOST_MANAGER_CHARACTERS} bytes`);
  }
  const forced = query.get('force');
  if (forced !== null && !isApply) {
    throw faultyOption('force: Forbidden: may not be specified for non-apply patch');
  }
  return {
    manager: given || (userAgent.split('/')[0] ?? '').slice(0, MOST_MANAGER_CHARACTERS) || 'unknown',
    validation: validationOf(query.get('fieldValidation') ?? 'Warn'),
    dryRun: isDryRun(query),
    force: forced === 'true' || forced === '1',
  };
}

/** @throws ApiStatusError 422 for any other value than `All`. */
export function isDryRun(query: URLSearchParams): boolean {
  const stages = query.getAll('dryRun').filter((stage) => stage !== '');
  if (stages.some((stage) => stage !== 'All')) {
    throw faultyOption(`dryRun: Unsupported value: ${JSON.stringify(stages)}: supported values: "All"`);
  }
  return stages.length > 0;
}

function validationOf(text: string): WriteOptions['validation'] {
  if (text === 'Strict' || text === 'Warn' || text === 'Ignore') return text;
  throw badRequest(
    `fieldValidation: Unsupported value: ${JSON.stringify(text)}: supported values: "Ignore", "Strict", "Warn"`,
  );
}

function faultyOption(problem: string): ApiStatusError {
  return new ApiStatusError({
    code: 422,
    reason: 'Invalid',
    message: `PatchOptions.meta.k8s.io "" is invalid: ${problem}`,
    details: { group: 'meta.k8s.io', kind: 'PatchOptions' },
  });
}
