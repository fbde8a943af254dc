import { podRenderer, stateOf } from '../pods/watch-bytes.ts';
import { startApiServer } from './api-server.ts';
import { startReceiver } from './receiver.ts';

/**
 * A cluster and a receiver in one process, so that one clock measures the way through the watcher: from writing a
 * change to the watch until the whole request about it has arrived.
 *
 * Arguments: number of Pods; `stream` or `pages`. Asked with `{ events, everyMs }`, it makes so many changes, each a
 * transition, and answers with the latencies; with `mostMs` when all requests have
 * arrived, or after that time.
 */
const [pods = '100', lists = 'stream'] = process.argv.slice(2);
/** For the last request to arrive. */
const SETTLE_MS = 500;
const LOOK_MS = 50;
const render = podRenderer();
const api = await startApiServer(Number(pods), lists === 'pages' ? 'pages' : 'stream');
const writtenAt = new Map<string, number>();
let latenciesMs: number[] = [];
/** Changes made so far. */
let made = 0;

const receiver = await startReceiver((_, body) => {
  const now = performance.now();
  const { data } = JSON.parse(body.toString('utf8'));
  if (data.pod === undefined) throw new Error(`the watcher told of a ${data.hook}: ${data.why}`);
  const key = `${data.pod.uid}/${data.hook}/${data.container.restartCount}`;
  const since = writtenAt.get(key);
  if (since !== undefined) latenciesMs.push(now - since);
  return 0;
});

function change(): void {
  const count = Number(pods);
  const event = made++;
  const [pod, resourceVersion] = [event % count, count + event + 2];
  const state = stateOf('transitions', pod, Math.floor(event / count), resourceVersion);
  const text = render(state);
  const hook = state.phase === 'ended' ? 'postStop' : 'postStart';
  writtenAt.set(`${JSON.parse(text).metadata.uid}/${hook}/${state.run}`, performance.now());
  if (!api.modify(pod, { text, resourceVersion })) throw new Error('nobody is watching');
}

/** Unevenly, as changes come: between half and one and a half times `everyMs` apart, the same each time; 0: at once. */
function changes(events: number, everyMs: number, done: () => void): void {
  let left = events;
  do {
    if (left === 0) {
      done();
      return;
    }
    change();
    left -= 1;
  } while (everyMs === 0);
  const gapMs = everyMs * (0.5 + ((made * 7) % 11) / 10);
  setTimeout(() => changes(left, everyMs, done), gapMs);
}

/** Calls `done` when as many requests have arrived, or after all that time. */
function settled(events: number, mostMs: number, done: () => void): void {
  const endMs = performance.now() + mostMs;
  const looking = setInterval(() => {
    if (latenciesMs.length < events && performance.now() < endMs) return;
    clearInterval(looking);
    done();
  }, LOOK_MS);
}

type Question = { readonly events: number; readonly everyMs: number; readonly mostMs?: number };

process.on('message', ({ events, everyMs, mostMs }: Question) => {
  latenciesMs = [];
  const answer = () => process.send?.({ latenciesMs });
  changes(events, everyMs, () => {
    if (mostMs === undefined) setTimeout(answer, SETTLE_MS);
    else settled(events, mostMs, answer);
  });
});
process.send?.({ api: api.url, receiver: receiver.url });
