import { expect, test } from 'vitest';
import { createDepartures } from '../../../watcher/tenancy/departures.ts';
import { readHookObject } from '../../../watcher/tenancy/objects/hook-object.ts';
import { hookSubscription } from './hook-objects.ts';

const GONE = 'shop/gone@11111111';
const UID = '22222222-0000-4000-8000-000000000000';

function departures(...pending: readonly string[]) {
  const calls: string[] = [];
  const made = createDepartures({
    journal: { queues: () => pending.map((subscription) => ({ subscription, pending: 1 })) },
    retirement: {
      retire: (name) => void calls.push(`retire ${name}`),
      takeBack: (name) => void calls.push(`take back ${name}`),
    },
  });
  const look = (uids: readonly string[], isComplete = true) => {
    calls.length = 0;
    const objects = uids.map((uid) => readHookObject('HookSubscription', hookSubscription({ uid })));
    const all = new Map(objects.flatMap((each) => (each === null ? [] : [[each.object.uid, each]])));
    made.look({ all: () => all, isComplete: () => isComplete });
    return [...calls];
  };
  return { look };
}

test('what was deleted while nobody looked is given up once its kind can be listed, and once only', () => {
  const { look } = departures(GONE, 'of-the-file');
  expect(look([], false)).toEqual([]);
  expect(look([], true)).toEqual([`retire ${GONE}`]);
  expect(look([], true)).toEqual([]);
});

test('what waits for an object that is there is left alone', () => {
  const { look } = departures('shop/billing@22222222');
  expect(look([UID])).toEqual(['take back shop/billing@22222222']);
  expect(look([UID])).toEqual([]);
});

test('an object that an older list left out for a moment is taken back', () => {
  const { look } = departures();
  look([UID]);
  expect(look([])).toEqual(['retire shop/billing@22222222']);
  expect(look([UID])).toEqual(['take back shop/billing@22222222']);
});
