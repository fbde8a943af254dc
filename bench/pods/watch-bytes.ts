import { loadPodTemplates, type PodState } from './pod-template.ts';

/** Length of one read from a socket. */
const CHUNK_BYTES = 64 * 1024;

/** The watch of a cluster of benchmark Pods, as the API server writes it. */
export type WatchBytes = {
  /** Every Pod once, then the bookmark that ends the initial events. */
  readonly initial: readonly Buffer[];
  /** `events` changes after that, one line each. */
  readonly changes: readonly Buffer[];
  readonly events: number;
  readonly bytes: number;
  /** Of the last change. */
  readonly resourceVersion: string;
};

/**
 * - `quiet`: readiness flips and annotations change; nothing that concerns a lifecycle.
 * - `transitions`: each change ends a container's run or shows its next one, so each means exactly one event.
 */
export type Story = 'quiet' | 'transitions';

/** Tells `events` changes of `pods` Pods, taking turns. */
export function watchBytes(
  story: Story,
  size: { readonly pods: number; readonly events: number },
): WatchBytes {
  const { pods, events } = size;
  const render = podRenderer();
  const first = Array.from({ length: pods }, (_, index) =>
    line('ADDED', render(stateOf(story, index, -1, index + 1))),
  );
  const later = Array.from({ length: events }, (_, event) => {
    const round = Math.floor(event / pods);
    return line('MODIFIED', render(stateOf(story, event % pods, round, pods + event + 2)));
  });
  const changes = Buffer.from(later.join(''));
  return {
    initial: chunks(Buffer.from(first.join('') + initialEventsEnd(pods + 1))),
    changes: chunks(changes),
    events,
    bytes: changes.length,
    resourceVersion: String(pods + events + 1),
  };
}

/** Renders any state of any Pod; Pods take turns with the templates. */
export function podRenderer(): (state: PodState) => string {
  const templates = loadPodTemplates();
  return (state) => templates[state.index % templates.length]?.(state) ?? '';
}

/** The state of a Pod after the `round`-th change of it; -1 before the first. */
export function stateOf(story: Story, index: number, round: number, resourceVersion: number): PodState {
  const shared = { index, resourceVersion, revision: round + 1 };
  if (story === 'quiet') return { ...shared, run: 0, phase: 'running', ready: round % 2 !== 0 };
  return {
    ...shared,
    run: Math.floor((round + 1) / 2),
    phase: round % 2 === 0 ? 'ended' : 'running',
    ready: true,
  };
}

export function line(type: 'ADDED' | 'MODIFIED' | 'DELETED', pod: string): string {
  return `{"type":"${type}","object":${pod}}\n`;
}

/** The bookmark that ends the initial events of a streaming list. */
export function initialEventsEnd(resourceVersion: number): string {
  const annotations = { 'k8s.io/initial-events-end': 'true' };
  const metadata = { resourceVersion: String(resourceVersion), annotations };
  return `${JSON.stringify({ type: 'BOOKMARK', object: { kind: 'Pod', apiVersion: 'v1', metadata } })}\n`;
}

function chunks(bytes: Buffer): readonly Buffer[] {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES));
}
