import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePods } from '../../../../watcher/source/api/parse-pods.ts';
import { traceLines, traceNames } from '../../../support/traces.ts';

type PodEvent = {
  readonly type: string;
  readonly object: { readonly metadata: object; readonly spec: object };
};
type Parsed = { readonly object: { readonly metadata: { readonly managedFields?: unknown } } };

function withoutManagedFields(text: string): unknown {
  const event = JSON.parse(text);
  if (event.object.metadata.managedFields !== undefined) event.object.metadata.managedFields = [];
  return event;
}

/** As Go writes a Pod: managedFields last in metadata, the spec after it. */
function podText(metadata: object, managedFields: unknown, spec: object): string {
  return JSON.stringify({ type: 'ADDED', object: { metadata: { ...metadata, managedFields }, spec } });
}

/** Texts made of what could mislead a search in the text. */
const trap = fc
  .array(fc.constantFrom('"managedFields":[', '}]},"spec":{', '}]', '\\', '"', '[', '}', 'x', '\u2028'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));
const entry = fc.record({
  manager: trap,
  fieldsV1: fc.dictionary(trap, fc.dictionary(trap, fc.constant({}))),
});

describe('parsePods', () => {
  it('reads the recorded Pods as JSON.parse does, but for managedFields, which it leaves out', () => {
    const lines = traceNames()
      .flatMap((name) => traceLines(name))
      .filter(({ stream }) => stream === 'pods')
      .map(({ event }) => JSON.stringify(event));
    expect(lines.length).toBeGreaterThan(100);
    for (const line of lines) expect(parsePods(line)).toEqual(withoutManagedFields(line));
    const managed = lines.map((line) => (parsePods(line) as Parsed).object.metadata.managedFields);
    expect(managed.filter((fields) => Array.isArray(fields) && fields.length === 0).length).toBeGreaterThan(
      100,
    );
  });

  it('is misled by nothing that names, labels and annotations can hold', () => {
    const arbitrary = fc.tuple(
      fc.record({ annotations: fc.dictionary(trap, trap), labels: fc.dictionary(trap, trap) }),
      fc.array(entry, { maxLength: 3 }),
      fc.record({ args: fc.array(trap), volumes: fc.array(fc.record({ name: trap })) }),
    );
    fc.assert(
      fc.property(arbitrary, ([metadata, managedFields, spec]) => {
        const text = podText(metadata, managedFields, spec);
        const all: PodEvent = JSON.parse(text);
        const short = parsePods(text) as PodEvent;
        expect({ ...short.object.metadata, managedFields: null }).toEqual({
          ...all.object.metadata,
          managedFields: null,
        });
        expect({ type: short.type, spec: short.object.spec }).toEqual({
          type: all.type,
          spec: all.object.spec,
        });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['no managedFields', { metadata: { uid: 'a' }, spec: {} }],
    [
      'an empty list of them',
      { metadata: { managedFields: [], finalizers: ['x'] }, spec: { volumes: [{}] } },
    ],
    ['fields after them', { metadata: { managedFields: [{ a: {} }], labels: { app: 'web' } }, spec: {} }],
    [
      'fields after them, and another metadata in the spec',
      {
        metadata: { managedFields: [{ manager: 'x' }], labels: { app: 'web' } },
        spec: { volumes: [{ claim: { metadata: { ownerReferences: [{ uid: 'b' }] }, spec: { size: 1 } } }] },
      },
    ],
  ])('reads a Pod with %s whole', (_, object) => {
    const text = JSON.stringify({ type: 'ADDED', object });
    expect(parsePods(text)).toEqual({ type: 'ADDED', object });
  });

  it('reads a list, leaving the managedFields of every Pod out', () => {
    const pod = (uid: string) => ({
      metadata: { uid, managedFields: [{ manager: uid }] },
      spec: { nodeName: uid },
    });
    const text = JSON.stringify({ metadata: { resourceVersion: '7' }, items: ['a', 'b', 'c'].map(pod) });
    const items = ['a', 'b', 'c'].map((uid) => ({
      metadata: { uid, managedFields: [] },
      spec: { nodeName: uid },
    }));
    expect(parsePods(text)).toEqual({ metadata: { resourceVersion: '7' }, items });
  });

  it('refuses what is not JSON', () => {
    const broken = '{"metadata":{"managedFields":[{"a":{}}]},"spec":{';
    expect(() => parsePods(broken)).toThrow(SyntaxError);
    expect(() => parsePods('')).toThrow(SyntaxError);
  });
});
