import { describe, expect, it, test } from 'vitest';
import { createClusterView } from '../../../watcher/lifecycle/cluster-view.ts';
import { readKnownPod } from '../../../watcher/lifecycle/read-known-pod.ts';
import type { PodSnapshot } from '../../../watcher/lifecycle/snapshot/pod-snapshot.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { writeKnownPod } from '../../../watcher/lifecycle/write-known-pod.ts';
import { podObject, running, terminated, waiting } from '../../support/pod-object.ts';

const SUBSCRIBE = 'offhook.dev/subscribe';
const IGNORE = 'offhook.dev/ignore';
const LONGEST = 'n'.repeat(63);
const none = { subscribe: [], ignore: false };

describe('what a Pod asks for by its annotations', () => {
  test.each<[situation: string, annotations: unknown, asked: unknown]>([
    ['no annotations', undefined, none],
    ['annotations that are no object', 'billing', none],
    ['others only', { 'example.com/subscribe': 'billing', 'offhook.dev/test': 'x' }, none],
    ['one name', { [SUBSCRIBE]: 'billing' }, { subscribe: ['billing'], ignore: false }],
    [
      'white space',
      { [SUBSCRIBE]: ' billing ,\n audit ' },
      { subscribe: ['billing', 'audit'], ignore: false },
    ],
    ['a name twice', { [SUBSCRIBE]: 'audit,audit' }, { subscribe: ['audit'], ignore: false }],
    ['a name with dots', { [SUBSCRIBE]: 'billing.v2' }, { subscribe: ['billing.v2'], ignore: false }],
    ['the longest name', { [SUBSCRIBE]: LONGEST }, { subscribe: [LONGEST], ignore: false }],
    ['a longer one', { [SUBSCRIBE]: `n${LONGEST},audit` }, { subscribe: ['audit'], ignore: false }],
    ['no names', { [SUBSCRIBE]: ',, https://evil.example,Billing,-a' }, none],
    ['no text', { [SUBSCRIBE]: ['billing'], [IGNORE]: true }, none],
    ['a text without end', { [SUBSCRIBE]: `billing,${'a,'.repeat(100_000)}` }, none],
    ['to be ignored', { [IGNORE]: 'true' }, { subscribe: [], ignore: true }],
    ['to be ignored, spaces', { [IGNORE]: ' true ' }, { subscribe: [], ignore: true }],
    ['not to be ignored', { [IGNORE]: 'false' }, none],
    ['another word', { [IGNORE]: 'yes' }, none],
    ['other letters', { [IGNORE]: 'True' }, none],
    ['both', { [SUBSCRIBE]: 'a', [IGNORE]: 'true' }, { subscribe: ['a'], ignore: true }],
  ])('%s', (_, annotations, asked) => {
    const object = podObject();
    Object.assign(object.metadata as object, { annotations });
    expect(projectPod(object)?.annotations).toEqual(asked);
  });

  it('is at most 32 names, the first ones', () => {
    const names = Array.from({ length: 40 }, (_, index) => `s${index}`);
    expect(pod({ [SUBSCRIBE]: names.join(',') }).annotations.subscribe).toEqual(names.slice(0, 32));
  });

  it('leaves nothing of any other annotation in what is kept of the Pod', () => {
    const snapshot = pod({ [SUBSCRIBE]: 'billing', 'example.com/note': 'canary', canary: 'x' });
    expect(JSON.stringify(snapshot)).not.toContain('canary');
  });
});

describe('an annotation of a Pod that runs', () => {
  it('applies from when it changes, to what the Pod shows and to what follows from its absence', () => {
    const view = createClusterView();
    view.seen(pod({}, waiting()), 'watch');
    const started = view.seen(pod({ [SUBSCRIBE]: 'billing' }, running(5)), 'watch');
    expect(started.map(({ hook, annotations }) => [hook, annotations])).toEqual([
      ['postStart', { subscribe: ['billing'], ignore: false }],
    ]);
    expect(view.seen(pod({ [IGNORE]: 'true' }, running(5)), 'watch')).toEqual([]);
    view.commit();
    const ended = view.vanished('uid-1', 0);
    expect(ended.map(({ hook, annotations }) => [hook, annotations])).toEqual([
      ['preStop', { subscribe: [], ignore: true }],
      ['postStop', { subscribe: [], ignore: true }],
    ]);
  });

  it('is remembered over a restart', () => {
    const before = createClusterView();
    before.seen(pod({ [SUBSCRIBE]: 'billing' }, running(5)), 'watch');
    const known = before.known('uid-1');
    if (known === null) throw new Error('not known');
    const after = createClusterView([['uid-1', readKnownPod('uid-1', writeKnownPod(known))]]);
    expect(after.vanished('uid-1', 0).map(({ annotations }) => annotations.subscribe)).toEqual([
      ['billing'],
      ['billing'],
    ]);
  });

  it('is none of a Pod that an older version stored', () => {
    const view = createClusterView();
    view.seen(pod({ [SUBSCRIBE]: 'billing' }, running(5)), 'watch');
    const { annotations: _, ...stored } = { ...view.known('uid-1') };
    const known = readKnownPod('uid-1', JSON.stringify(stored));
    expect(known.annotations).toEqual(none);
    const after = createClusterView([['uid-1', known]]);
    const [ended] = after.seen(pod({ [SUBSCRIBE]: 'audit' }, terminated('c://1', 1, 5, 9)), 'watch');
    expect(ended).toMatchObject({ hook: 'postStop', annotations: { subscribe: ['audit'] } });
  });
});

function pod(annotations: Record<string, string>, state: Record<string, unknown> = waiting()): PodSnapshot {
  const object = podObject({ annotations, containers: [{ state, containerID: 'c://1' }] });
  const snapshot = projectPod(object);
  if (!snapshot) throw new Error('not a Pod');
  return snapshot;
}
