import { describe, expect, it } from 'vitest';
import { explainInput } from '../../../watcher/explain/explain-input.ts';
import { LONGEST_VALUE } from '../../../watcher/explain/split-json.ts';
import { at, eventObject, podObject, running, terminated } from '../../support/pod-object.ts';

const APP = { state: running(5), containerID: 'containerd://a' };
const POD = podObject({ containers: [APP] });
const KILLING = eventObject({ reason: 'Killing', lastSeconds: 30 });
const BOTH = ['postStart status', 'preStop event'];

/** The same Event as events.k8s.io/v1 writes it. */
const {
  involvedObject,
  source: _,
  firstTimestamp: __,
  lastTimestamp: ___,
  count: ____,
  ...ofEvent
} = KILLING;
const NEW_KILLING = {
  ...ofEvent,
  apiVersion: 'events.k8s.io/v1',
  regarding: involvedObject,
  reportingController: 'kubelet',
  reportingInstance: 'node1',
  note: 'Stopping container app',
  type: 'Normal',
};

const watched = (object: unknown, type = 'ADDED') => JSON.stringify({ type, object });
const without = (object: Record<string, unknown>, ...fields: readonly string[]) =>
  Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
const list = (kind: string, items: readonly unknown[]) => ({ apiVersion: 'v1', items, kind, metadata: {} });

const FORMATS: readonly (readonly [string, string, readonly string[]])[] = [
  ['watch events', `${watched(POD)}\n${watched(KILLING)}`, BOTH],
  [
    'objects without a kind',
    [POD, KILLING].map((each) => watched(without(each, 'kind', 'apiVersion'))).join('\n'),
    BOTH,
  ],
  [
    'bare objects without a kind',
    [POD, KILLING].map((each) => JSON.stringify(without(each, 'kind'))).join('\n'),
    BOTH,
  ],
  [
    'a Pod without a kind that shows no statuses yet',
    watched({ metadata: POD.metadata, spec: { containers: [{ name: 'app' }] } }),
    [],
  ],
  ['an object of another kind with the fields of a Pod', watched({ ...POD, kind: 'PodTemplate' }), []],
  [
    'an Event of events.k8s.io/v1',
    `${watched(POD)}\n${watched({ ...NEW_KILLING, deprecatedCount: 1, deprecatedLastTimestamp: at(30), eventTime: null, deprecatedSource: { component: 'kubelet', host: 'node1' } })}`,
    BOTH,
  ],
  [
    'one without a kind',
    `${watched(POD)}\n${watched(without({ ...NEW_KILLING, eventTime: '2026-01-01T00:00:30.000000Z' }, 'kind'))}`,
    BOTH,
  ],
  [
    'one that is a series',
    `${watched(POD)}\n${watched({ ...NEW_KILLING, eventTime: '2026-01-01T00:00:01.000000Z', series: { count: 2, lastObservedTime: '2026-01-01T00:00:30.000000Z' } })}`,
    BOTH,
  ],
  ['a List of kubectl', JSON.stringify(list('List', [POD, KILLING]), null, 4), BOTH],
  [
    'a PodList of the API server, whose items have no kind',
    JSON.stringify(list('PodList', [without(POD, 'kind')])),
    ['postStart status'],
  ],
  ['an array of jq', JSON.stringify([POD, KILLING], null, 2), BOTH],
  [
    'an EventList after a PodList',
    `${JSON.stringify(list('PodList', [POD]))}\n${JSON.stringify(list('EventList', [KILLING]))}`,
    BOTH,
  ],
  [
    'a list, and the watch after it',
    `${JSON.stringify(list('List', [POD]))}\n${watched(podObject({ containers: [{ ...APP, state: terminated('containerd://a', 0, 5, 9) }] }), 'MODIFIED')}`,
    ['postStart status', 'postStop status'],
  ],
  [
    'an empty list and one with objects of other kinds',
    `${JSON.stringify(list('List', []))}${JSON.stringify(list('List', [{ kind: 'Service', spec: { items: [1] } }, POD]))}`,
    ['postStart status'],
  ],
];

describe('explain reads', () => {
  it.each(FORMATS)('%s', async (_name, text, expected) => {
    expect(await explained([text])).toEqual({ hooks: expected, faults: [] });
  });

  it('a list longer than a value may be, in any pieces', async () => {
    const padding = 'x'.repeat(1024 * 1024);
    const pods = Array.from({ length: 20 }, (_, index) => {
      const pod = podObject({ uid: `uid-${index}`, containers: [APP] });
      return { ...pod, status: { ...(pod.status as object), message: padding } };
    });
    const text = JSON.stringify(list('List', pods));
    expect(text.length).toBeGreaterThan(LONGEST_VALUE);
    const pieces = Array.from({ length: 50 }, (_, piece) => {
      const size = Math.ceil(text.length / 50);
      return text.slice(piece * size, (piece + 1) * size);
    });
    const { hooks, faults } = await explained(pieces);
    expect(faults).toEqual([]);
    expect(hooks).toHaveLength(20);
  });
});

describe('explain names what is wrong with', () => {
  it('a list that breaks off, and still explains what came', async () => {
    const text = JSON.stringify(list('List', [POD, POD]), null, 2);
    const between = text.slice(0, text.lastIndexOf('"kind": "Pod"') - 12);
    const { hooks, faults } = await explained([`\n${between}`]);
    expect(hooks).toEqual(['postStart status']);
    expect(faults).not.toEqual([]);
    const atItem = text.slice(0, text.indexOf('},', text.indexOf('"status"')) + 1);
    expect((await explained([atItem])).faults).not.toEqual([]);
  });

  it('a value that is no watch event, an object or item without meaning', async () => {
    const { faults } = await explained([
      `${JSON.stringify({ kind: 'Service', metadata: {} })}\n${watched(POD)}`,
    ]);
    expect(faults).toEqual(['line 1: expected a watch event ({"type", "object"}) of a Pod or an Event']);
  });
});

async function explained(pieces: readonly string[]) {
  const hooks: string[] = [];
  const faults: string[] = [];
  await explainInput({
    input: (async function* () {
      yield* pieces;
    })(),
    onTransition: ({ hook, observation }) => hooks.push(`${hook} ${observation}`),
    onFault: (message) => faults.push(message),
  });
  return { hooks, faults };
}
