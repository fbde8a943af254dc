import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContainerStates } from '../../../functions/ordering/container-states.ts';
import { createSqliteClaims } from '../../../functions/platforms/node/sqlite/sqlite-claims.ts';
import { createWallClock } from '../../support/wall-clock.ts';
import { told } from '../support/container-events.ts';
import { eventually } from '../support/eventually.ts';
import { CLAIM_STORES, type OpenedClaims, openDurableObject } from '../support/open-claims.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY_MS = 24 * 3_600_000;

const clock = createWallClock(() => NOW);

const keyOf = (pod: string, stream = 'urn:offhook:cluster:a') => ({ stream, partitionKey: `${pod}/app` });

describe.each(CLAIM_STORES)('states in $implementation', ({ open }) => {
  let opened: OpenedClaims;
  beforeAll(async () => {
    opened = await open(() => NOW);
  });
  afterAll(() => opened.close());

  it('are not there before they are written', async () => {
    expect(await opened.store.readState(keyOf('none'))).toBeNull();
  });

  it('are given as they were written last', async () => {
    const { store } = opened;
    expect(await store.writeState(keyOf('two'), { version: 1, state: '["é"]' }, NOW)).toBe(true);
    expect(await store.readState(keyOf('two'))).toEqual({ version: 1, state: '["é"]' });
    expect(await store.writeState(keyOf('two'), { version: 2, state: '[]' }, NOW)).toBe(true);
    expect(await store.readState(keyOf('two'))).toEqual({ version: 2, state: '[]' });
  });

  it('are not written over by who has read an older version, or none', async () => {
    const { store } = opened;
    for (const version of [1, 2]) await store.writeState(keyOf('old'), { version, state: `${version}` }, NOW);
    for (const version of [1, 2, 4]) {
      expect(await store.writeState(keyOf('old'), { version, state: 'late' }, NOW)).toBe(false);
    }
    expect(await store.writeState(keyOf('absent'), { version: 2, state: 'late' }, NOW)).toBe(false);
    expect(await store.readState(keyOf('old'))).toEqual({ version: 2, state: '2' });
    expect(await store.readState(keyOf('absent'))).toBeNull();
  });

  it('are written by one of many who try at once', async () => {
    const tries = ['a', 'b', 'c', 'd', 'e'].map((state) =>
      opened.store.writeState(keyOf('race'), { version: 1, state }, NOW),
    );
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
  });

  it('are apart for containers and clusters', async () => {
    await opened.store.writeState(keyOf('apart'), { version: 1, state: 'here' }, NOW);
    expect(await opened.store.readState(keyOf('apart', 'urn:offhook:cluster:b'))).toBeNull();
    expect(await opened.store.readState(keyOf('apart-2'))).toBeNull();
  });

  it('come out right for events observed all at once', async () => {
    const states = createContainerStates(opened.store, clock);
    const runs = [0, 10, 20].map((startedAt) => ({ pod: 'busy', run: `r${startedAt}`, startedAt }));
    const events = runs.flatMap((run) => [
      told.postStop({ ...run, at: run.startedAt + 9 }, 1),
      told.postStart({ ...run, at: run.startedAt }),
    ]);
    await Promise.all([...events, ...events.slice(0, 3)].map(states.observe));
    const kinds = await Promise.all(events.map(async (event) => (await states.standing(event)).kind));
    expect(kinds).toEqual(['stale', 'stale', 'stale', 'stale', 'current', 'stale']);
  });
});

describe('a state that has not changed for sixteen days', () => {
  it('is forgotten in SQLite', async () => {
    const database = new DatabaseSync(':memory:');
    const store = createSqliteClaims(database);
    await store.writeState(keyOf('old'), { version: 1, state: '[]' }, NOW);
    await store.writeState(keyOf('young'), { version: 1, state: '[]' }, NOW + 1);
    await store.forgetExpired(NOW + 16 * DAY_MS + 1);
    expect(await store.readState(keyOf('old'))).toBeNull();
    expect(await store.readState(keyOf('young'))).toEqual({ version: 1, state: '[]' });
    database.close();
  });

  it('is forgotten in a Durable Object by its alarm, which keeps what is younger', async () => {
    const { store, close } = await openDurableObject({ retentionSeconds: '2' });
    const [old, young] = [keyOf('pod', 'urn:a'), keyOf('pod', 'urn:b')];
    await store.writeState(old, { version: 1, state: '[]' }, Date.now() - 1_500);
    await store.writeState(young, { version: 1, state: '[]' }, Date.now() + 3_600_000);
    await eventually(
      () => store.readState(old),
      (found) => found === null,
    );
    expect(await store.readState(young)).toEqual({ version: 1, state: '[]' });
    await close();
  });
});
