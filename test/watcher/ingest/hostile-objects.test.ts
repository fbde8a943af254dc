import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventId } from '../../../protocol/event/event-id.ts';
import { identityOf } from '../../../protocol/event/event-identity.ts';
import { parseEvent } from '../../../protocol/event/parse-event.ts';
import { digestNow } from '../../../settings/digest-now.ts';
import { createIngest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { readNotice } from '../../../watcher/lifecycle/snapshot/kubelet-notice.ts';
import type { PodSnapshot } from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import type { SourceBatch } from '../../../watcher/source/sink/source-batch.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import {
  at,
  eventObject,
  type PodOptions,
  podObject,
  running,
  terminated,
} from '../../support/pod-object.ts';
import { quietSetAside } from '../../support/set-aside.ts';

type Fields = Record<string, unknown>;

const RUNS = 150;
const BIG = 'x'.repeat(100_000);

/** Any JSON, and above all what fits a type and nothing else about a field. */
const anyJson = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    ...[9e12, -1, 1e308, 2 ** 53, 1.5, true, null, '', [], {}, BIG, `${BIG}://${BIG}`],
    ...['287225-07-01T10:00:00Z', '9999-99-99T99:99:99Z', '0000-00-00T00:00:00Z', '1970-01-01T00:00:00Z'],
    ...['\ud800', 'a\u0000b', '__proto__', 'mirror-74c830f0a05cca718816aad115721109', 'victim', 'hostile'],
    JSON.parse('{"__proto__": {"x": 1}, "a": {"constructor": "b"}}') as Fields,
    Array.from({ length: 3_000 }, (_, i) => ({
      name: `c-${i}`,
      state: { running: {} },
      containerID: `a://${i}`,
    })),
    Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`label-${i}`, 'x'.repeat(60)])),
  ),
);

describe('arbitrary JSON in every field of a Pod', () => {
  it('is projected, and what is told of other Pods is the same as without it', () => {
    fc.assert(
      fc.property(fc.array(replacement(POD_PATHS), { minLength: 1, maxLength: 4 }), (changes) => {
        const hostile = changes.reduce(replaced, hostilePod());
        const pods = [
          hostile,
          { ...hostile, metadata: { ...(hostile.metadata as Fields), resourceVersion: '9' } },
        ];
        expectUnaffected(
          pods.flatMap((object) => projectPod(JSON.parse(JSON.stringify(object))) ?? []),
          [],
        );
      }),
      { numRuns: RUNS },
    );
  });

  it('is projected whatever the whole object is', () => {
    fc.assert(
      fc.property(anyJson, anyJson, (metadata, rest) => {
        projectPod(metadata);
        projectPod({ metadata, spec: rest, status: rest });
        projectPod({
          metadata: { uid: 'a', ...(metadata as Fields) },
          spec: rest,
          status: { containerStatuses: rest },
        });
        readNotice(rest);
        readNotice({ metadata, involvedObject: rest, source: rest, reason: 'Killing' });
      }),
      { numRuns: RUNS },
    );
  });
});

describe('arbitrary JSON in every field of an Event', () => {
  it('is read, and what is told of other Pods is the same as without it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Killing', 'FailedPreStopHook'),
        fc.array(replacement(EVENT_PATHS), { minLength: 1, maxLength: 3 }),
        (reason, changes) => {
          const event = changes.reduce(replaced, hostileEvent(reason));
          const read = readNotice(JSON.parse(JSON.stringify(event)));
          expectUnaffected([], read.kind === 'notice' ? [read.notice] : []);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

type Notices = Extract<SourceBatch, { kind: 'notices' }>['notices'];

/** Tells a history of two Pods with the hostile objects in the middle of each batch, and without. */
function expectUnaffected(pods: readonly PodSnapshot[], notices: Notices): void {
  // An object that claims to be one of the others is not about somebody else.
  const hostile = pods.filter(({ key }) => key !== 'victim' && key !== 'other');
  const withThem = toldOf(hostile, notices);
  const without = toldOf([], []);
  const others = (told: readonly Told[]) =>
    told.filter(({ podUid }) => podUid === 'victim' || podUid === 'other');
  expect(others(withThem).map(({ id, body }) => [id, unnumbered(body)])).toEqual(
    others(without).map(({ id, body }) => [id, unnumbered(body)]),
  );
  for (const { id, body } of withThem) {
    const parsed = parseEvent(body, id);
    expect(parsed).toMatchObject({ kind: 'event' });
    // A receiver computes it anew, also from what was cut.
    if (parsed.kind === 'event') expect(eventId(identityOf(parsed.event), digestNow)).toBe(id);
  }
}

type Told = { readonly id: string; readonly podUid: string; readonly body: Uint8Array };

function toldOf(hostile: readonly PodSnapshot[], notices: Notices): readonly Told[] {
  const directory = join(volatileDirectory(), 'journal');
  const clock = createFakeClock();
  const journal = openJournal({ directory, allowVolatile: true, clock });
  journal.commit({
    ...{ pods: [], events: [] },
    resumePoints: (['pods', 'events'] as const).map((stream) => ({ stream, resourceVersion: '1' })),
  });
  const ingest = createIngest({
    ...{ journal, clock, setAside: quietSetAside() },
    cluster: { name: 'test', uid: 'cluster-uid' },
    matching: () => [],
    onStored: () => {},
    streams: ['pods', 'events'],
    follows: () => true,
    replayExisting: false,
  });
  const [victim, other] = [history('victim'), history('other')];
  victim.forEach((pod, index) => {
    const batch = [pod, ...hostile, other[index]].flatMap((each) => each ?? []);
    ingest.accept({
      stream: 'pods',
      kind: 'changes',
      changes: batch.map((each) => ({ kind: 'seen', pod: each })),
      resourceVersion: `${10 + index}`,
    });
    const killing = readNotice(eventObject({ reason: 'Killing', podUid: 'victim', lastSeconds: 7 }));
    const own = killing.kind === 'notice' && index === 1 ? [killing.notice] : [];
    ingest.accept({
      stream: 'events',
      kind: 'notices',
      notices: [...notices, ...own],
      listed: false,
      resourceVersion: `${10 + index}`,
    });
    ingest.settle();
  });
  const keys = new Set([...hostile.map(({ key }) => key), 'other']);
  ingest.accept({ stream: 'pods', kind: 'page', why: 'expired', pods: hostile });
  ingest.accept({ stream: 'pods', kind: 'listed', why: 'expired', keys, resourceVersion: '90' });
  ingest.accept({
    stream: 'pods',
    kind: 'changes',
    changes: hostile.map((pod) => ({ kind: 'gone', pod })),
    resourceVersion: '91',
  });
  ingest.settle();
  expect([ingest.resumePoint('pods'), ingest.resumePoint('events')]).toEqual(['91', `${9 + victim.length}`]);
  journal.close();
  return storedEvents(directory);
}

function history(uid: string): readonly PodSnapshot[] {
  const id = `containerd://${uid}`;
  const deletion = { timestamp: at(60), grace: 30 };
  const steps: readonly PodOptions[] = [
    { containers: [{ state: running(5), containerID: id }] },
    { containers: [{ state: running(5), containerID: id }], deletion },
    { containers: [{ state: terminated(id, 0, 5, 50), containerID: id }], deletion },
  ];
  return steps.flatMap((step) => projectPod(podObject({ ...step, uid })) ?? []);
}

function hostilePod(): Fields {
  const object = podObject({
    ...{ uid: 'hostile', name: 'hostile-node1', sidecars: ['side'] },
    annotations: { 'kubernetes.io/config.mirror': 'victim', 'kubernetes.io/config.hash': 'victim' },
    conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'x' }],
    deletion: { timestamp: at(60), grace: 30 },
    containers: [
      {
        state: running(6),
        lastState: terminated('containerd://h0', 1, 1, 4),
        restartCount: 1,
        containerID: 'containerd://h1',
      },
    ],
    ephemeral: [
      { name: 'debug', state: terminated('containerd://d', 3, 2, 3), containerID: 'containerd://d' },
    ],
  });
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'node1', uid: 'n', controller: true };
  Object.assign(object.metadata as Fields, { ownerReferences: [owner] });
  return object;
}

/** Of a namespace of its own: one that agrees with the victim in everything is about the victim. */
function hostileEvent(reason: string): Fields {
  const event = eventObject({ reason, podUid: 'hostile', uid: 'hostile-event', lastSeconds: 8 });
  const { metadata, involvedObject } = event;
  return {
    ...event,
    metadata: { ...(metadata as Fields), namespace: 'tenant' },
    involvedObject: { ...(involvedObject as Fields), namespace: 'tenant' },
  };
}

const POD_PATHS = pathsOf(hostilePod());
const EVENT_PATHS = [
  ...pathsOf(eventObject({ reason: 'Killing', lastSeconds: 1 })),
  ['series'],
  ['eventTime'],
];

/** The way to everything in an object. */
function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const inside =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, field]) => pathsOf(field, [...path, key]))
      : [];
  return path.length === 0 ? inside : [path, ...inside];
}

function replacement(paths: readonly (readonly string[])[]) {
  return fc.record({ path: fc.constantFrom(...paths), value: anyJson });
}

function replaced(object: Fields, { path, value }: { path: readonly string[]; value: unknown }): Fields {
  const [key = '', ...rest] = path;
  const inside = object[key];
  if (rest.length === 0 || typeof inside !== 'object' || inside === null) return { ...object, [key]: value };
  const next = replaced(inside as Fields, { path: rest, value });
  return { ...object, [key]: Array.isArray(inside) ? Object.values(next) : next };
}

function unnumbered(body: Uint8Array): unknown {
  const { sequence, ...event } = JSON.parse(new TextDecoder().decode(body));
  return event;
}

function podUidOf(body: Uint8Array): string {
  return String(JSON.parse(new TextDecoder().decode(body)).data.pod?.uid ?? '');
}

function storedEvents(directory: string): readonly Told[] {
  const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  try {
    const rows = database.prepare('SELECT id, body FROM event ORDER BY sequence').all();
    return rows.map(({ id, body }) => ({
      ...{ id: String(id), podUid: podUidOf(body as Uint8Array), body: body as Uint8Array },
    }));
  } finally {
    database.close();
  }
}
