import type { Hono } from 'hono';
import { describeError } from '../../settings/ambient/describe-error.ts';
import type { Log } from '../ambient/log.ts';
import { createWebApp } from '../http/web-app.ts';
import { type BuiltOnceOptions, builtOnce } from './built-once.ts';

/**
 * The receiver of a platform that builds it at its first request, as what answers a request. While it cannot be built (a
 * missing secret, handlers that cannot be registered) that is an app that says 500 `not_configured` to everything; the log
 * says why, and the next request tries again.
 */
export function createKeptReceiver<Given extends readonly unknown[], Receiver>(
  build: (...given: Given) => Promise<Receiver>,
  { log, ...options }: BuiltOnceOptions & { readonly log: Log },
): (...given: Given) => Promise<Receiver | Hono> {
  const built = builtOnce(build, options);
  return async (...given) => {
    try {
      return await built(...given);
    } catch (error) {
      log.error({ cause: describeError(error) }, 'the receiver is not configured');
      return createUnconfigured();
    }
  };
}

function createUnconfigured(): Hono {
  const app = createWebApp();
  const body = { error: 'not_configured', message: 'the receiver is not configured; its log says why' };
  app.all('*', (c) => c.json(body, 500));
  return app;
}
