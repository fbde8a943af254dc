import { buildConnector, type Dispatcher, Pool } from 'undici';
import { boundAnswers } from './bounded-answer.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import type { HttpProxy } from './http-proxy.ts';
import { notReached, refusedBy } from './proxy-error.ts';

/**
 * Plain HTTP by way of a proxy: requests go to the proxy, with the whole URL in their first line.
 *
 * @see RFC 9112, section 3.2.2 (absolute-form)
 */
export function createForwarder(proxy: HttpProxy, settings: ConnectionSettings): Dispatcher {
  const { connections, connectTimeoutMs: timeout, answerLimitBytes, tls } = settings;
  const reach = explained(proxy, buildConnector({ timeout, allowH2: false, ...tls }));
  const pool = new Pool(proxy.origin, {
    ...(connections && { connections }),
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: answerLimitBytes === undefined ? reach : boundAnswers(reach, answerLimitBytes),
  });
  const { hostname } = new URL(proxy.origin);
  const authorization = proxy.authorization?.reveal();
  return pool.compose((dispatch) => (options, handler) => {
    const target = new URL(String(options.origin));
    const headers: [string, string][] = [
      ['host', target.host],
      ...(authorization === undefined ? [] : [['proxy-authorization', authorization] as [string, string]]),
    ];
    const forwarded = {
      ...options,
      origin: proxy.origin,
      path: target.origin + options.path,
      headers: [...pairsOf(options.headers), ...headers].flat(),
      // Else TLS to the proxy would ask for the target's name.
      servername: hostname,
    };
    return dispatch(forwarded as Dispatcher.DispatchOptions, refusing(proxy, handler));
  });
}

/** The headers that are the forwarder's own are left out. */
function pairsOf(headers: Dispatcher.DispatchOptions['headers']): [string, string | string[]][] {
  const pairs: [string, string | string[]][] = [];
  const add = (name: string, value: string | string[] | undefined) => {
    if (value !== undefined && !/^(host|proxy-authorization)$/i.test(name)) pairs.push([name, value]);
  };
  if (headers === null || headers === undefined) return pairs;
  if (Array.isArray(headers)) {
    for (let at = 0; at + 1 < headers.length; at += 2) add(String(headers[at]), headers[at + 1]);
  } else {
    const entries = Symbol.iterator in headers ? headers : Object.entries(headers);
    for (const [name, value] of entries as Iterable<[string, string | string[] | undefined]>)
      add(name, value);
  }
  return pairs;
}

function explained(proxy: HttpProxy, connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else callback(notReached(proxy.origin, error), null);
    });
  };
}

/** A 407 is the proxy's, never the target's: it must not pass for an answer. */
function refusing(proxy: HttpProxy, handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (...given) => handler.onRequestStart?.(...given),
    onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
    onResponseStart(controller, status, ...rest) {
      if (status === 407) controller.abort(refusedBy(proxy.origin, status));
      else handler.onResponseStart?.(controller, status, ...rest);
    },
    onResponseData: (...given) => handler.onResponseData?.(...given),
    onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
    onResponseError: (...given) => handler.onResponseError?.(...given),
  };
}
