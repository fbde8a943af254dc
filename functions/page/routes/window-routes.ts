import type { Hono } from 'hono';
import type { Clock } from '../../../settings/ambient/clock.ts';
import { issueCsrfToken } from '../../access/guard/csrf-token.ts';
import type { PageEnv } from '../../access/guard/page-guard.ts';
import { badCursor, readCursor, readFilter, readWhole, readWindow } from '../../http/page-query.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { parseAddress } from '../model/address/page-address.ts';
import type { RunningAnswer, WindowAnswer } from '../model/page-api.ts';
import { renderPage } from '../render/render-page.ts';
import { readFirstView } from './read-first-view.ts';

type WindowDeps = { readonly timeline: Timeline; readonly clock: Clock };

const LIMITS = { least: 1, most: 2_000, absent: 1_000 };

/** The page itself, and its two questions about what was and what is. */
export function addWindowRoutes(routes: Hono<PageEnv>, { timeline, clock }: WindowDeps): void {
  routes.get('/', async (c) => {
    const { filter } = parseAddress(new URL(c.req.url).searchParams);
    const names = readFilter((name) => filter[name as keyof typeof filter]?.toString());
    const view = await readFirstView(timeline, names, clock.nowMs());
    const { token: csrfToken, setCookie } = await issueCsrfToken(c.req.raw, c.get('allowed'));
    if (setCookie !== undefined) c.header('set-cookie', setCookie);
    return c.html(renderPage({ ...view, csrfToken }, filter));
  });

  routes.get('/timeline.json', async (c) => {
    const query = (name: string) => c.req.query(name);
    const window = readWindow(query, clock.nowMs());
    const limit = readWhole(query, 'limit', LIMITS);
    const after = readCursor('after', query('after'));
    const { entries, next } = await knownPlace(after, () => timeline.window(window, limit, after));
    return c.json({ entries, next } satisfies WindowAnswer);
  });

  routes.get('/running.json', async (c) => {
    const query = (name: string) => c.req.query(name);
    const entries = await timeline.running(readFilter(query), readWhole(query, 'limit', LIMITS));
    return c.json({ entries } satisfies RunningAnswer);
  });
}

/** @throws BadParameter when the store does not know the place. */
export async function knownPlace<T>(after: string | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (after !== undefined && error instanceof RangeError) throw badCursor('after');
    throw error;
  }
}
