import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SCHEMA_DOCUMENTS } from './schema-documents.ts';

const FOLDER = join(import.meta.dirname, '../../schemas');

/** The copies in `schemas/` that editors load from the repository, by the name of the file. */
export const COMMITTED_SCHEMAS = {
  'offhook.schema.json': 'config',
  'offhook-receiver.schema.json': 'receiver',
} as const;

async function writeSchemas(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const [file, name] of Object.entries(COMMITTED_SCHEMAS)) {
    await writeFile(join(FOLDER, file), `${JSON.stringify(SCHEMA_DOCUMENTS[name](), null, 2)}\n`);
  }
}

/** `npm run schemas`. */
if (import.meta.main) await writeSchemas();
