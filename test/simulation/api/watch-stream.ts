import { Readable } from 'node:stream';
import type { StreamFault } from '../plan.ts';
import type { Random } from '../random.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { ClusterStore, Resource, Revision } from './cluster-store.ts';

/** One open watch: tells each change once, in order, some milliseconds after it was stored. */
export interface WatchStream {
  readonly resource: Resource;
  readonly body: Readable;
  suffer(fault: StreamFault): void;
  end(): void;
  isOpen(): boolean;
}

export type WatchStreamDeps = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly store: ClusterStore;
  /** A change that no stream will tell. */
  readonly onLost: (revision: Revision) => void;
};

export type WatchStreamOptions = {
  readonly resource: Resource;
  /** null: all of them. */
  readonly namespace: string | null;
  readonly from: number;
  /** Lines told before the changes: the initial events of a streaming list. */
  readonly initial: readonly string[];
  readonly timeoutMs: number;
};

const BOOKMARK_MS = 60_000;

export function createWatchStream(deps: WatchStreamDeps, options: WatchStreamOptions): WatchStream {
  const { clock, random, store } = deps;
  const { resource, namespace } = options;
  const since = (rv: number) => store.since(resource, rv).filter((each) => isIn(each, namespace));
  const body = new Readable({ read() {} });
  body.on('error', () => {});
  let told = options.from;
  let pending = options.initial.join('');
  let scheduled = false;
  let frozen = false;
  let losing = 0;
  let latencyMs = 20;

  const isOpen = () => !body.destroyed && !body.readableEnded && !frozen;

  function flush(): void {
    scheduled = false;
    if (!isOpen()) return;
    for (const revision of since(told)) {
      told = revision.rv;
      if (losing > 0 && resource === 'pods') {
        losing -= 1;
        deps.onLost(revision);
      } else {
        pending += lineOf(revision);
      }
    }
    if (pending === '') return;
    const bytes = Buffer.from(pending);
    pending = '';
    // The network cuts where it likes, also inside a character.
    const cut = random.between(0, bytes.length);
    for (const chunk of [bytes.subarray(0, cut), bytes.subarray(cut)]) if (chunk.length > 0) body.push(chunk);
  }

  function schedule(): void {
    if (scheduled || !isOpen()) return;
    scheduled = true;
    clock.after(random.between(1, latencyMs), flush);
  }

  function bookmark(): void {
    if (!isOpen()) return;
    // Only a stream that has told everything may claim to be here.
    if (!scheduled && since(told).length === 0) {
      told = Math.max(told, store.rv());
      pending += bookmarkLine(store.rv());
      schedule();
    }
    clock.after(BOOKMARK_MS + random.between(-5_000, 5_000), bookmark);
  }

  function breakInsideLine(): void {
    const next = since(0).at(-1);
    if (next) body.push(Buffer.from(lineOf(next)).subarray(0, random.between(1, 200)));
    clock.after(1, () => body.destroy(new Error('read ECONNRESET')));
  }

  clock.after(options.timeoutMs, () => isOpen() && body.push(null));
  // Events have no watch cache, and so no bookmarks.
  if (resource === 'pods') clock.after(random.between(1_000, BOOKMARK_MS), bookmark);
  schedule();
  store.onChange(schedule);

  return {
    resource,
    body,
    isOpen,
    end: () => void body.push(null),
    suffer(fault) {
      switch (fault) {
        case 'cut':
          return breakInsideLine();
        case 'freeze':
          frozen = true;
          return;
        case 'duplicate':
          pending += since(0)
            .slice(-random.between(1, 12))
            .filter(({ rv }) => rv <= told)
            .map(lineOf)
            .join('');
          return schedule();
        case 'lose':
          losing += random.between(1, 2);
          return;
        case 'garbage':
          pending += '{"type":"MODIFIED","object":{"metadata":{"uid":"half\n';
          return schedule();
        case 'slow':
          latencyMs = 15_000;
          return;
        case 'close':
          body.push(null);
          return;
        default:
          return fault satisfies never;
      }
    },
  };
}

/** @param namespace null: any. */
export function isIn({ object }: Revision, namespace: string | null): boolean {
  return namespace === null || object.metadata.namespace === namespace;
}

export function lineOf({ type, object }: Pick<Revision, 'type' | 'object'>): string {
  return `${JSON.stringify({ type, object })}\n`;
}

export function bookmarkLine(rv: number, annotations: Record<string, string> = {}): string {
  const object = { kind: 'Pod', metadata: { resourceVersion: String(rv), annotations } };
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
}
