import type { ServerResponse } from 'node:http';
import { startReceiver } from '../../support/receiver.ts';
import { until } from '../../support/until.ts';

/** `hang`: keep the handler waiting, for ever. */
export type ProbeAnswer = number | 'hang';

/** The server the tests' handlers call: each path answers as scripted, the last answer for ever. */
export async function startProbe(script: Readonly<Record<string, readonly ProbeAnswer[]>> = {}) {
  const server = await startReceiver();
  const left = new Map(Object.entries(script).map(([path, answers]) => [path, [...answers]]));
  const held: ServerResponse[] = [];
  const givenUp: string[] = [];
  let released = false;
  server.answer((response, { path }) => {
    const answers = left.get(path) ?? [200];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === 'hang' && !released) {
      held.push(response);
      response.on('close', () => response.writableEnded || givenUp.push(path));
    } else response.writeHead(typeof answer === 'number' ? answer : 200).end();
  });
  const callsTo = (path: string) => server.requests.filter((request) => request.path === path);
  return {
    url: new URL(server.url).origin,
    requests: callsTo,
    /** The attempt numbers of the calls to a path, in order. */
    attempts: (path: string) => callsTo(path).map(({ headers }) => Number(headers['x-attempt'])),
    called: (path: string, times: number) =>
      until(`${times} calls to ${path}`, () => callsTo(path).length >= times, 15_000),
    /** How many handlers that were kept waiting wait no longer. */
    givenUp: (path: string) => givenUp.filter((one) => one === path).length,
    /** Lets the handlers that were kept waiting go on, and keeps none from now on. */
    release: () => {
      released = true;
      for (const response of held.splice(0)) response.writeHead(200).end();
    },
  };
}
