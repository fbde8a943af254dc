import type {
  FailureFilter,
  FailurePage,
  HandlerFailure,
} from '../../functions/timeline/handler-failures.ts';
import type { FailureSource } from './failure-source.ts';

const PAGE = 200;

/**
 * Reads as many as are wanted, page by page, also where pages come short.
 *
 * @property next goes on behind the last of them; null at the end.
 * @throws RangeError on an `after` that the receiver did not give.
 */
export async function collectFailures(
  source: FailureSource,
  filter: FailureFilter,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<FailurePage> {
  const failures: HandlerFailure[] = [];
  let next = after ?? null;
  do {
    const page: FailurePage = await source.list(filter, {
      limit: Math.min(PAGE, limit - failures.length),
      ...(next !== null && { after: next }),
    });
    failures.push(...page.failures);
    next = page.next;
  } while (next !== null && failures.length < limit);
  return { failures, next };
}
