import { lookup, Resolver } from 'node:dns/promises';
import type { Clock } from '../../ambient/clock.ts';
import { withDeadline } from '../../ambient/deadline.ts';
import { errorCodeOf } from '../../ambient/describe-error.ts';

/**
 * All addresses of a name.
 *
 * @param how `asNamed`: as any program of this machine would find them, with its hosts file and search list; else the name
 *   is asked of DNS as it stands, so that none of a tenant's becomes one of the cluster.
 * @throws with a `code`, such as ENOTFOUND or ETIMEOUT.
 */
export type ResolveHost = (name: string, how: { readonly asNamed: boolean }) => Promise<readonly string[]>;

/** No answer in time. Its code is that of Node's resolver. */
class LookupOverdue extends Error {
  override readonly name = 'LookupOverdue';
  readonly code = 'ETIMEOUT';

  constructor(ms: number) {
    super(`the host was not found within ${ms} ms`);
  }
}

const DEADLINE_MS = 8_000;
const TRY_MS = 2_000;
const TRIES = 2;
/** More than anybody's host has. */
const MOST_ADDRESSES = 64;

/**
 * @property servers to ask in place of this machine's.
 */
type ResolverOptions = { readonly clock: Clock; readonly servers?: readonly string[] };

/**
 * Asks DNS for A and AAAA at the same time, within eight seconds. Not getaddrinfo: a name whose servers are silent would hold
 * one of the process's four threads, which its files need, too.
 */
export function createHostResolver({ clock, servers }: ResolverOptions): ResolveHost {
  return (name, { asNamed }) => {
    const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const overdue = () => new LookupOverdue(DEADLINE_MS);
    return withDeadline(clock, { ms: DEADLINE_MS, overdue }, async (signal) => {
      signal.addEventListener('abort', () => resolver.cancel(), { once: true });
      const found = asNamed ? await lookUp(name) : await ask(resolver, name);
      return found.slice(0, MOST_ADDRESSES);
    });
  };
}

async function lookUp(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

async function ask(resolver: Resolver, name: string): Promise<readonly string[]> {
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  if (found.length > 0) return found;
  throw unresolved(answers.find((answer) => answer.status === 'rejected')?.reason);
}

/** A DNS server that refuses connections would else pass for a receiver that does. */
function unresolved(error: unknown): unknown {
  const code = errorCodeOf(error);
  return code === 'ECONNREFUSED' ? new ResolverSilent(error) : error;
}

class ResolverSilent extends Error {
  override readonly name = 'ResolverSilent';
  readonly code = 'ESERVFAIL';

  constructor(cause: unknown) {
    super('no DNS server answers', { cause });
  }
}
