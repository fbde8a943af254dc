import type { Hono } from 'hono';
import type { PageAccess } from '../access/access-decision.ts';
import { createPageGuard, type PageEnv } from '../access/guard/page-guard.ts';
import { BadParameter } from '../http/page-query.ts';
import { createWebApp } from '../http/web-app.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { LoadPageAssets } from './page-assets.ts';
import { addEventRoutes, type EventDeps } from './routes/event-routes.ts';
import { addLiveRoute } from './routes/live-route.ts';
import type { LiveDeps } from './routes/live-stream.ts';
import { addWindowRoutes } from './routes/window-routes.ts';

type PageDeps = Omit<EventDeps, 'timeline'> &
  Omit<LiveDeps, 'timeline'> & {
    readonly access: PageAccess;
    readonly timeline: Timeline;
    readonly assets: LoadPageAssets;
  };

/** The live page and what its script asks for; `page-api.ts` lists it. Only what the access allows leaves here. */
export function createPageRoutes(deps: PageDeps): Hono<PageEnv> {
  const routes = createWebApp<PageEnv>();
  const guarded = ['/', '/timeline.json', '/running.json', '/live', '/events/:file{.+\\.json}'];
  routes.on('GET', guarded, createPageGuard(deps.access));
  routes.on('POST', '/', createPageGuard(deps.access));
  routes.on('POST', '/events/:id/handlers/:name/run', createPageGuard(deps.access));
  routes.on('GET', ['/page.js', '/page.css'], createPageGuard(deps.access, { open: true }));

  addWindowRoutes(routes, deps);
  addLiveRoute(routes, deps);
  addEventRoutes(routes, deps);
  routes.get('/page.js', async (c) => {
    const { script } = await deps.assets();
    return c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' });
  });
  routes.get('/page.css', async (c) => {
    const { style } = await deps.assets();
    return c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' });
  });

  routes.onError((error, c) => {
    if (!(error instanceof BadParameter)) throw error;
    const { parameter, message } = error;
    return c.json({ error: 'bad_parameter', parameter, message }, 400);
  });
  return routes;
}
