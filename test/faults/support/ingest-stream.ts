import { readSync, writeSync } from 'node:fs';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { createIngest } from '../../../watcher/ingest/ingest.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { projectPod } from '../../../watcher/lifecycle/snapshot/project-pod.ts';
import { createLineSplitter } from '../../../watcher/source/api/split-lines.ts';
import { readWatchMessage } from '../../../watcher/source/api/watch-message.ts';
import type { PodChange } from '../../../watcher/source/sink/source-batch.ts';
import { quietSetAside } from '../../support/set-aside.ts';

/**
 * The watcher from the bytes of a watch to the journal, and nothing else, so that it starts in a moment and can be
 * killed hundreds of times: opens the journal in argv[2], prints the resume point, takes the watch from standard input
 * and prints the resourceVersion of every batch once the journal has it.
 */
const [directory = ''] = process.argv.slice(2);
const clock = systemClock;
const journal = openJournal({ directory, allowVolatile: true, clock, clusterUid: 'cluster-uid' });
if (journal.resumePoint('pods') === null) {
  journal.commit({ pods: [], events: [], resumePoints: [{ stream: 'pods', resourceVersion: '1' }] });
}
const ingest = createIngest({
  journal,
  cluster: { name: 'test', uid: 'cluster-uid' },
  clock,
  matching: () => ['tap'],
  onStored: () => {},
  streams: ['pods', 'events'],
  follows: () => true,
  setAside: quietSetAside(),
  replayExisting: false,
});
const splitter = createLineSplitter(1024 * 1024);
const chunk = Buffer.alloc(4096);

// Straight to the file descriptor: what is printed has left this process when the next step begins.
const print = (text: string | null) => writeSync(1, `${text}\n`);
print(ingest.resumePoint('pods'));
for (;;) {
  const bytes = readSync(0, chunk);
  if (bytes === 0) break;
  const changes = splitter.push(Buffer.from(chunk.subarray(0, bytes))).lines.flatMap((line): PodChange[] => {
    const message = readWatchMessage(line, projectPod);
    if (message.kind !== 'change' || message.item === null) return [];
    return [{ kind: message.deleted ? 'gone' : 'seen', pod: message.item }];
  });
  const resourceVersion = changes.at(-1)?.pod.resourceVersion;
  if (resourceVersion === undefined) continue;
  ingest.accept({ stream: 'pods', kind: 'changes', changes, resourceVersion });
  ingest.settle();
  print(resourceVersion);
}
journal.close();
