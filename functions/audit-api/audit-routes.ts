import type { Hono } from 'hono';
import type { PageAccess } from '../access/access-decision.ts';
import { createPageGuard, type PageEnv } from '../access/guard/page-guard.ts';
import type { AuditReader } from '../audit/audit-reader.ts';
import {
  BadParameter,
  badCursor,
  readCursor,
  readSwitch,
  readWhole,
  refuseUnknown,
} from '../http/page-query.ts';
import { createWebApp } from '../http/web-app.ts';
import { readFittingPage } from './answer-bytes.ts';
import { FILTER_PARAMETERS, readAuditFilter, refuseImpossible } from './audit-query.ts';
import { readChainPage } from './read-chain-page.ts';

type AuditApiDeps = { readonly access: PageAccess; readonly reader: AuditReader };

const MOST_CHARACTERS = 1_024;
const LIMITS = { least: 1, most: 1_000, absent: 500 };
/** Events; each comes with what its handlers did. */
const LIMITS_WITH_RUNS = { least: 1, most: 200, absent: 100 };
/** Each body is a question of its own to the database; D1 answers a limited number in one request. */
const LIMITS_WITH_BODIES = { least: 1, most: 100, absent: 100 };
const POSITIONS = { least: 0, most: Number.MAX_SAFE_INTEGER, absent: 0 };

/**
 * The audit trail as JSON, for `offhook audit` and other programs; behind the access of the page.
 *
 * | request                                         | answer                                              |
 * |-------------------------------------------------|-----------------------------------------------------|
 * | `GET /audit/streams`                            | `{ streams }`: names of chains                      |
 * | `GET /audit/faults`                             | `{ faults }`: what is wrong with the store itself   |
 * | `GET /audit/chain?stream&after&limit&bodies=1`  | `ChainPage`: records in their order, `after` a position |
 * | `GET /audit/records?<AuditFilter>&after&limit`  | `RecordPage`: records that match, newest first      |
 * | the same with `withRuns=1`                      | events, each followed by what its handlers did      |
 *
 * A page may hold fewer than asked for, so that an answer has some 4 MB at most; `next` says whether there is more.
 * Refusals are `{ error, message }`, and `parameter` for 400.
 */
export function createAuditRoutes({ access, reader }: AuditApiDeps): Hono<PageEnv> {
  const routes = createWebApp<PageEnv>();
  routes.on(
    'GET',
    ['/audit/streams', '/audit/faults', '/audit/chain', '/audit/records'],
    createPageGuard(access),
  );

  routes.get('/audit/streams', async (c) => {
    refuseUnknown(new URL(c.req.url).searchParams, []);
    return c.json({ streams: await reader.streams() });
  });

  routes.get('/audit/faults', async (c) => {
    refuseUnknown(new URL(c.req.url).searchParams, []);
    return c.json({ faults: await reader.faults() });
  });

  routes.get('/audit/chain', async (c) => {
    const query = new URL(c.req.url).searchParams;
    refuseUnknown(query, ['stream', 'after', 'limit', 'bodies']);
    const text = (name: string) => query.get(name) ?? undefined;
    const bodies = readSwitch('bodies', text('bodies'));
    const limit = readWhole(text, 'limit', bodies ? LIMITS_WITH_BODIES : LIMITS);
    const after = readWhole(text, 'after', POSITIONS);
    return c.json(await readChainPage(reader, { stream: readStream(text('stream')), after, limit, bodies }));
  });

  routes.get('/audit/records', async (c) => {
    const query = new URL(c.req.url).searchParams;
    refuseUnknown(query, [...FILTER_PARAMETERS, 'withRuns', 'after', 'limit']);
    const text = (name: string) => query.get(name) ?? undefined;
    const filter = readAuditFilter(query);
    const withRuns = readSwitch('withRuns', text('withRuns'));
    const limit = readWhole(text, 'limit', withRuns ? LIMITS_WITH_RUNS : LIMITS);
    refuseImpossible(filter, withRuns);
    const after = readCursor('after', text('after'));
    try {
      const read = withRuns ? reader.eventsWithRuns : reader.list;
      return c.json(await readFittingPage((most) => read(filter, { limit: most, after }), limit));
    } catch (error) {
      if (after !== undefined && error instanceof RangeError) throw badCursor('after');
      throw error;
    }
  });

  routes.onError((error, c) => {
    if (!(error instanceof BadParameter)) throw error;
    const { parameter, message } = error;
    return c.json({ error: 'bad_parameter', parameter, message }, 400);
  });
  return routes;
}

function readStream(text: string | undefined): string {
  if (text !== undefined && text.length >= 1 && text.length <= MOST_CHARACTERS) return text;
  throw new BadParameter('stream', 'the name of a chain, as /audit/streams lists them');
}
