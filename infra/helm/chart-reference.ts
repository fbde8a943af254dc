import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { valuesSchema } from './values-schema.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const GENERATOR = fileURLToPath(
  new URL('../../node_modules/@bitnami/readme-generator-for-helm/bin/index.js', import.meta.url),
);

/** What is generated from values.yaml, by the path of the file: the chart's README.md and its values.schema.json. */
export function chartReference(): ReadonlyMap<string, string> {
  const values = join(HERE, 'offhook/values.yaml');
  const readme = join(HERE, 'offhook/README.md');
  const definitions = parse(readFileSync(join(HERE, 'definitions.yaml'), 'utf8'));
  const schema = valuesSchema(readFileSync(values, 'utf8'), definitions);
  return new Map([
    [readme, withTable(readme, values)],
    [join(HERE, 'offhook/values.schema.json'), `${JSON.stringify(schema, null, 2)}\n`],
  ]);
}

/** The README with the table of parameters; its other text stays. */
function withTable(readme: string, values: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'offhook-chart-'));
  try {
    const copy = join(directory, 'README.md');
    copyFileSync(readme, copy);
    execFileSync(process.execPath, [GENERATOR, '--values', values, '--readme', copy], { stdio: 'pipe' });
    return readFileSync(copy, 'utf8');
  } finally {
    rmSync(directory, { recursive: true });
  }
}
