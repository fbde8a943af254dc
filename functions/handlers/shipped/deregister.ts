import type {
  PostStopAmendedEvent,
  PostStopEvent,
  PreStopEvent,
} from '../../../protocol/event/lifecycle-event.ts';
import { checkAnswer } from '../../hooks/check-answer.ts';
import type { Handler } from '../../hooks/handler.ts';
import type { Hooks } from '../../hooks/hooks.ts';
import { parseHttpUrl } from '../../hooks/http-url.ts';
import type { HandlerEnvironment } from '../../hooks/register-handlers.ts';
import { type EventTemplate, parseEventTemplate } from './event-template.ts';
import { optionalVariable, type Vars, variableOneOf } from './variable.ts';
import { readAs, together } from './variable-error.ts';

type StopEvent = PreStopEvent | PostStopEvent | PostStopAmendedEvent;

/**
 * `deregister`, at preStop and postStop: takes a container out of a service registry, by a `DELETE` (or `PUT`) to `DEREGISTER_URL`.
 * 2xx and 404 (it is not registered) are done. At preStop, so that callers stop coming while it still answers; at
 * postStop, for a container that crashed. Not when a newer run of the container has started: it has registered itself
 * under the same name.
 *
 * Where no URL is set it is not registered.
 *
 * @throws VariableError naming the faulty variables.
 */
export function registerDeregister(hooks: Hooks, { vars }: HandlerEnvironment): void {
  const text = optionalVariable(vars, 'DEREGISTER_URL');
  if (text === undefined) return;
  const options = { name: 'deregister', ordered: true, timeoutMs: 10_000, attempts: 8, retryMs: 1_000 };
  hooks.on(['preStop', 'postStop'], {}, createDeregister(text, vars), options);
}

function createDeregister(text: string, vars: Vars): Handler<StopEvent> {
  const [template, method, headers] = together(
    () => readAs('DEREGISTER_URL', () => parseUrlTemplate('DEREGISTER_URL', text)),
    () => variableOneOf(vars, 'DEREGISTER_METHOD', { values: ['DELETE', 'PUT'], otherwise: 'DELETE' }),
    () => readAs('DEREGISTER_AUTHORIZATION', () => authorization(vars)),
  );
  return async function deregister(event, ctx) {
    const standing = await ctx.latest();
    if (standing.kind === 'stale' && standing.newerRun) {
      return ctx.log.info('not deregistered: a newer run of the container has started');
    }
    const url = template.fill(event, escapeForUrl);
    const response = await ctx.fetch(url, { method, headers, redirect: 'manual', throwOnStatus: false });
    await response.body?.cancel();
    if (response.status === 404) return ctx.log.info('was not registered');
    checkAnswer('the registry', response, ctx.startedAt.getTime());
  };
}

/** Placeholders may stand after the host alone: events must not choose who is called. */
function parseUrlTemplate(name: string, text: string): EventTemplate {
  const template = parseEventTemplate(name, text);
  const [one, other] = ['a', 'b'].map(
    (value) => new URL(parseHttpUrl(name, text.replace(/\{\w+\}/g, value))),
  );
  if (one?.host !== other?.host || one?.hash !== '') {
    throw new TypeError(
      `${name}: placeholders may stand in the path and the query alone, and there is no fragment`,
    );
  }
  return template;
}

/** A value as one segment of a path or a part of a query. @throws Error for one that would move up the path. */
function escapeForUrl(value: string): string {
  if (value === '' || value === '.' || value === '..')
    throw new Error('a name in the event cannot be part of a URL');
  return encodeURIComponent(value);
}

function authorization(vars: Vars): Headers {
  const headers = new Headers();
  const value = optionalVariable(vars, 'DEREGISTER_AUTHORIZATION');
  if (value === undefined) return headers;
  try {
    headers.set('authorization', value);
    return headers;
  } catch {
    // The platform's own message quotes the value.
    throw new TypeError('DEREGISTER_AUTHORIZATION must be the value of an HTTP header');
  }
}
