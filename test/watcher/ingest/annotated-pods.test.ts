import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createIngest } from '../../../watcher/ingest/ingest.ts';
import type { JournalledEvent } from '../../../watcher/ingest/lifecycle-journal.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { createBook } from '../../../watcher/subscriptions/book.ts';
import { createMatching } from '../../../watcher/subscriptions/matching.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { volatileDirectory } from '../../support/journal-directory.ts';
import { podObject, running, terminated } from '../../support/pod-object.ts';
import { quietSetAside } from '../../support/set-aside.ts';

const CANARY = 'canary-5b1e';

it('annotations decide who is told, and are in no event', () => {
  const events = told([
    podOf({ 'offhook.dev/subscribe': 'billing', 'example.com/token': CANARY }, running(5)),
    podOf({ 'offhook.dev/subscribe': 'audit', 'example.com/token': CANARY }, running(5)),
    podOf(
      { 'offhook.dev/subscribe': 'audit', 'offhook.dev/ignore': 'true', 'example.com/token': CANARY },
      terminated('c://1', 137, 5, 9, 'OOMKilled'),
    ),
  ]);
  expect(events.map(({ event }) => [event.hook, ...event.subscriptions])).toEqual([
    ['postStart', 'shop/billing', '*/trail'],
    ['postStop', '*/trail', '*/killed'],
  ]);
  for (const { body } of events) {
    const text = Buffer.from(body).toString();
    for (const secret of [CANARY, 'billing', 'audit', 'offhook.dev/', 'annotation', 'subscribe', 'ignore'])
      expect(text).not.toContain(secret);
  }
});

it('of other annotations the journal holds nothing', () => {
  const directory = join(volatileDirectory(), 'journal');
  told([podOf({ 'offhook.dev/subscribe': 'billing', [CANARY]: CANARY }, running(5))], directory);
  const files = readdirSync(directory).map((name) => readFileSync(join(directory, name)).toString('latin1'));
  expect(files.join()).toContain('billing');
  expect(files.join()).not.toContain(CANARY);
});

/** What becomes of a Pod's states, each seen by the watch, where three teams and an operator have subscribed. */
function told(
  states: readonly ReturnType<typeof podOf>[],
  directory = join(volatileDirectory(), 'journal'),
): readonly JournalledEvent[] {
  const journal = openJournal({ directory, allowVolatile: true, clock: createFakeClock() });
  const stored: JournalledEvent[] = [];
  const ofTeam = (name: string) => ({
    name: `shop/${name}`,
    filter: { namespaces: ['shop'], annotation: name, honoursIgnore: true },
  });
  const ingest = createIngest({
    journal,
    cluster: { name: 'test', uid: 'cluster-uid' },
    clock: createFakeClock(),
    matching: createMatching(
      createBook([
        ofTeam('billing'),
        ofTeam('audit'),
        { name: 'shop/all', filter: { namespaces: ['shop'], hooks: ['postStop'], honoursIgnore: true } },
        { name: '*/trail', filter: {} },
        { name: '*/killed', filter: { hooks: ['postStop'], reasons: ['OOMKilled'] } },
      ]),
    ),
    onStored: (events) => stored.push(...events),
    streams: ['pods', 'events'],
    follows: () => true,
    setAside: quietSetAside(),
    replayExisting: false,
  });
  ingest.accept({ stream: 'pods', kind: 'listed', why: 'start', keys: new Set(), resourceVersion: '1' });
  states.forEach((pod, index) => {
    const resourceVersion = String(index + 2);
    ingest.accept({
      ...{ stream: 'pods', kind: 'changes', resourceVersion },
      changes: [{ kind: 'seen', pod: { ...pod, resourceVersion } }],
    });
  });
  ingest.settle();
  journal.close();
  return stored;
}

function podOf(annotations: Record<string, string>, state: Record<string, unknown>) {
  const pod = projectPod(podObject({ annotations, containers: [{ state, containerID: 'c://1' }] }));
  if (pod === null) throw new Error('not a Pod');
  return pod;
}
