import asyncapiSchema from '@asyncapi/specs/schemas/3.0.0-without-$id.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPE } from '../../../protocol/event/event-type.ts';
import type { LifecycleEvent } from '../../../protocol/event/lifecycle-event.ts';
import { parseEvent } from '../../../protocol/event/parse-event.ts';
import { told } from '../../functions/support/container-events.ts';
import { startOffhook } from '../../support/offhook-process.ts';

async function printed(name: string): Promise<Record<string, unknown>> {
  const { code, stdout } = await startOffhook(['schema', name]).ended();
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

const EVENTS: readonly LifecycleEvent[] = [
  told.preStart({}),
  told.postStart({ owner: { kind: 'ReplicaSet', name: 'web' }, labels: { app: 'web' } }),
  told.preStop({}, 'evicted'),
  told.postStop({}, 137, 'OOMKilled'),
  told.amended({}, 1),
  told.hookFailed({}, 3),
];

const isEvent = (value: unknown) =>
  parseEvent(new TextEncoder().encode(JSON.stringify(value))).kind === 'event';

/** Every place in it, as a list of keys. */
function placesIn(value: unknown): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const below = Object.entries(value).flatMap(([key, inner]) =>
    placesIn(inner).map((path) => [key, ...path]),
  );
  return [[], ...below];
}

function changed(value: unknown, [key, ...rest]: readonly string[], put: unknown): unknown {
  if (key === undefined) return put;
  return { ...(value as object), [key]: changed((value as Record<string, unknown>)[key], rest, put) };
}

describe('offhook schema event', () => {
  it('prints a JSON Schema by the name that events give it, with one definition a type', async () => {
    const { $id, $defs } = await printed('event');
    expect($id).toBe(EVENTS[0]?.dataschema);
    expect(Object.keys($defs as object)).toEqual(Object.keys(EVENT_TYPE));
  });

  it('takes what a receiver takes, and nothing that it refuses', async () => {
    const takes = new Ajv2020({ strict: true }).compile(await printed('event'));
    for (const event of EVENTS) expect([event.type, takes(event)]).toEqual([event.type, true]);
    const changes = fc.constantFrom(...EVENTS).chain((event) => {
      const place = fc.constantFrom(...placesIn(event).slice(1));
      // Instants that do not exist are more than a JSON Schema can know.
      const put = fc.oneof(
        fc.constantFrom(null, '', 0, -1, 0.5, [], {}, true, '\u0000', 'x'.repeat(70_000)),
        fc.integer(),
      );
      return fc.record({ event: fc.constant(event), place, put });
    });
    fc.assert(
      fc.property(changes, ({ event, place, put }) => {
        const value = changed(event, place, put);
        expect([place.join('.'), put, takes(value)]).toEqual([place.join('.'), put, isEvent(value)]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('offhook schema asyncapi', () => {
  it('prints a document that AsyncAPI 3.0 allows, with one message a type of event', async () => {
    const document = await printed('asyncapi');
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const allows = ajv.compile(asyncapiSchema);
    expect([allows(document), allows.errors]).toEqual([true, null]);
    const { messages } = document.components as {
      readonly messages: Record<string, { readonly title: string }>;
    };
    expect(Object.values(messages).map(({ title }) => title)).toEqual(Object.values(EVENT_TYPE));
  });
});
