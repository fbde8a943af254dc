import { line, podRenderer, stateOf } from '../pods/watch-bytes.ts';
import { startApiServer } from './api-server.ts';
import { startReceiver } from './receiver.ts';

/**
 * A cluster and a receiver in one process, so that one clock measures the way through the watcher: from writing a
 * change to the watch until the whole request about it has arrived.
 *
 * Arguments: number of Pods; `stream` or `pages`. Asked with `{ events, everyMs }`, it makes so many changes, each a
 * transition, and answers with the latencies.
 */
const [pods = '100', lists = 'stream'] = process.argv.slice(2);
/** For the last request to arrive. */
const SETTLE_MS = 500;
const render = podRenderer();
const api = await startApiServer(Number(pods), lists === 'pages' ? 'pages' : 'stream');
const writtenAt = new Map<string, number>();
let latenciesMs: number[] = [];
/** Changes made so far. */
let made = 0;

const receiver = await startReceiver((_, body) => {
  const now = performance.now();
  const { data } = JSON.parse(body.toString('utf8'));
  const key = `${data.pod.uid}/${data.hook}/${data.container.restartCount}`;
  const since = writtenAt.get(key);
  if (since !== undefined) latenciesMs.push(now - since);
  return 0;
});

function change(): void {
  const count = Number(pods);
  const event = made++;
  const state = stateOf('transitions', event % count, Math.floor(event / count), count + event + 2);
  const text = render(state);
  const hook = state.phase === 'ended' ? 'postStop' : 'postStart';
  writtenAt.set(`${JSON.parse(text).metadata.uid}/${hook}/${state.run}`, performance.now());
  if (!api.write(line('MODIFIED', text))) throw new Error('nobody is watching');
}

/** Unevenly, as changes come: between half and one and a half times `everyMs` apart, the same each time. */
function changes(events: number, everyMs: number, done: () => void): void {
  if (events === 0) return void setTimeout(done, SETTLE_MS);
  change();
  const gapMs = everyMs * (0.5 + ((made * 7) % 11) / 10);
  setTimeout(() => changes(events - 1, everyMs, done), gapMs);
}

process.on('message', ({ events, everyMs }: { readonly events: number; readonly everyMs: number }) => {
  latenciesMs = [];
  changes(events, everyMs, () => process.send?.({ latenciesMs }));
});
process.send?.({ api: api.url, receiver: receiver.url });
