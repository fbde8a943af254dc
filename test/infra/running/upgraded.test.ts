import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { SCHEMA_VERSION } from '../../../watcher/journal/database/journal-schema.ts';
import { makeOldestSchema } from '../../support/oldest-schema.ts';
import { until } from '../../support/until.ts';
import { parseManifests } from '../manifests/manifest.ts';
import { rendered, startInstallation, toldInFull, withReplicas } from './acted-installation.ts';
import { startLoad } from './steady-load.ts';

const FIRST = parseManifests(readFileSync(new URL('version-0.1.0.yaml', import.meta.url), 'utf8'));

it('an upgrade from the first chart finds its journal on the volume, of the oldest schema and with a backlog, and goes on', {
  timeout: 180_000,
}, async () => {
  const installation = await startInstallation();
  const { cluster, set, tap, accepted, setDown } = installation;
  set.apply(FIRST);
  await set.rolledOut();
  const load = startLoad(cluster);
  await until('some events', () => accepted.length >= 20, 40_000);
  setDown(true);
  const before = tap.requests.length;
  await until('a backlog', () => tap.requests.length > before + 20, 40_000);
  set.apply(withReplicas(FIRST, 0));
  await set.rolledOut();
  const database = new DatabaseSync(join(set.volume(0), 'journal/journal.db'));
  makeOldestSchema(database);
  const backlog = database.prepare("SELECT count(*) AS n FROM delivery WHERE state = 'pending'").get()?.n;
  expect(backlog).toBeGreaterThan(0);
  database.close();

  set.apply(await rendered({ replicas: 1 }));
  await set.rolledOut();
  setDown(false);
  // No gap is among what is told, and no Pod anew: the resume point and what was known of Pods were kept, too.
  await toldInFull(installation, load);
  expect(schemaOf(join(set.volume(0), 'journal/journal.db'))).toBe(SCHEMA_VERSION);
});

function schemaOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  const version = database.prepare('PRAGMA user_version').get()?.user_version;
  database.close();
  return version;
}
