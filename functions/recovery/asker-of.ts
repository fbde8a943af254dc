import type { Allowed } from '../access/access-decision.ts';
import type { Asker } from '../timeline/rerun-log.ts';

/** Who asks, as far as the way to the page shows it. @param claimedBy what they say themselves. */
export function askerOf({ identity }: Allowed, claimedBy: string | null = null): Asker {
  return { how: identity.how, by: identity.name, claimedBy };
}
