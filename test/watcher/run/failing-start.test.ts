import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { openJournal } from '../../../watcher/journal/open-journal.ts';
import { startWatcher } from '../../../watcher/run/start-watcher.ts';
import type { WatcherDeps } from '../../../watcher/run/watcher-deps.ts';
import { startReceiver } from '../../support/receiver.ts';
import { batchOf, newEvent } from '../journal/journal-events.ts';
import { subscription, watcherDeps } from './whole-watcher.ts';

/** Opens the journal that a watcher must have given free. */
function reopen({ config }: WatcherDeps) {
  const journal = openJournal({ ...config.journal, clock: systemClock });
  onTestFinished(() => journal.close());
  return journal;
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

test('a start that finds its port taken has sent nothing, and gives the journal free', async () => {
  const receiver = await startReceiver();
  const { deps } = await watcherDeps([subscription('bridge', receiver.url)], await takenPort());
  const before = openJournal({ ...deps.config.journal, clock: systemClock });
  before.commit(batchOf(newEvent('evt_1')));
  before.close();
  await expect(startWatcher(deps)).rejects.toThrow(/^cannot listen on 127\.0\.0\.1.*EADDRINUSE/);
  expect(reopen(deps).queues()).toMatchObject([{ subscription: 'bridge', pending: 1 }]);
  expect(receiver.requests).toEqual([]);
});

test('a start that cannot make one of its senders has sent nothing, and gives the journal free', async () => {
  const receiver = await startReceiver();
  const good = subscription('bridge', receiver.url);
  const target = { ...good.target, allowHttp: false };
  const { deps } = await watcherDeps([good, { ...good, name: 'refused', target }]);
  const before = openJournal({ ...deps.config.journal, clock: systemClock });
  before.commit(batchOf(newEvent('evt_1')));
  before.close();
  await expect(startWatcher(deps)).rejects.toThrow('subscription refused: https required');
  expect(reopen(deps).queues()).toMatchObject([{ subscription: 'bridge', pending: 1 }]);
  expect(receiver.requests).toEqual([]);
});

test('stopping gives the journal free, any number of times', async () => {
  const { deps } = await watcherDeps([]);
  const watcher = await startWatcher(deps);
  await Promise.all([watcher.stop(), watcher.stop()]);
  await watcher.stop();
  await watcher.ended;
  expect(reopen(deps).queues()).toEqual([]);
  await expect(fetch(`${watcher.healthUrl}/livez`)).rejects.toThrow();
});
