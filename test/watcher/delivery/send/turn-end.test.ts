import { expect, test } from 'vitest';
import { createTurnEnd } from '../../../../watcher/delivery/send/turn-end.ts';

test('what is given in one turn is called in its order at its end, before what goes on by it', async () => {
  const atTurnEnd = createTurnEnd();
  const seen: string[] = [];
  const waiting = ['a', 'b'].map((name) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    atTurnEnd(() => {
      seen.push(`${name} called`);
      resolve();
    });
    return promise.then(() => seen.push(`${name} goes on`));
  });
  await Promise.resolve();
  expect(seen).toEqual([]);
  await Promise.all(waiting);
  expect(seen).toEqual(['a called', 'b called', 'a goes on', 'b goes on']);
});

test('what is given at the end of a turn waits for the end of the next one', async () => {
  const atTurnEnd = createTurnEnd();
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  atTurnEnd(() => {
    atTurnEnd(() => {
      seen.push('second');
      resolve();
    });
    seen.push('first');
  });
  await promise;
  expect(seen).toEqual(['first', 'second']);
});
