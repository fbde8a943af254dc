import { describeError } from '../../../settings/ambient/describe-error.ts';
import type { PageOptions } from '../../access/page-options.ts';
import { loadPageAssets } from '../../page/page-assets.ts';
import { StartError } from './faults/start-error.ts';

/**
 * Makes sure at the start that a page which is switched on has its script and style: found out at its first visit, it
 * would be an empty page.
 *
 * @throws StartError that says what is missing and what to do.
 */
export async function requirePageAssets({
  token,
  cloudflareAccess,
  alb,
  open = false,
}: PageOptions): Promise<void> {
  const isOn = open || [token, cloudflareAccess, alb].some((way) => Boolean(way));
  if (!isOn) return;
  try {
    await loadPageAssets();
  } catch (error) {
    throw new StartError('person', `the page is switched on, but has no script: ${describeError(error)}`, {
      cause: error,
    });
  }
}
