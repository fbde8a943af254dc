import { existsSync, readFileSync } from 'node:fs';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Run, succeeds } from './run-command.ts';

/** Where the Dockerfile mounts the certificates of the secret `npm-ca`. */
const CA_IN_BUILD = '/run/npm-ca.pem';

/**
 * Writes this machine's npm configuration as it must be inside the build: files, registry and certificates, whichever
 * way they were configured. They are mounted as secrets while npm runs, and are in no layer.
 *
 * @param directory private and temporary: the configuration may hold credentials.
 * @param env for the `${NAME}` that an .npmrc may hold.
 * @returns the files by the ids that the Dockerfile asks for; none where there is no npm.
 */
export async function writeNpmSecrets(
  directory: string,
  run: Run,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string>>> {
  const setting = async (name: string) => {
    const result = await run('npm', ['config', 'get', name]);
    const value = succeeds(result) ? result.stdout.trim() : '';
    return value === 'null' || value === 'undefined' ? '' : value;
  };
  const registry = await setting('registry');
  if (registry === '') return {};
  const files = [await setting('globalconfig'), await setting('userconfig')].filter(existsSync);
  const lines = files.map((file) => withVariables(readFileSync(file, 'utf8'), env));
  lines.push(`registry=${registry}`);
  const secrets: Record<string, string> = { npmrc: join(directory, 'npmrc') };
  const ca = (await setting('cafile')) || env.NODE_EXTRA_CA_CERTS || '';
  if (existsSync(ca)) {
    lines.push(`cafile=${CA_IN_BUILD}`);
    const copy = join(directory, 'npm-ca');
    await copyFile(ca, copy);
    await chmod(copy, 0o600);
    secrets['npm-ca'] = copy;
  }
  await writeFile(join(directory, 'npmrc'), `${lines.join('\n')}\n`, { mode: 0o600 });
  return secrets;
}

function withVariables(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/\$\{([^}]+)\}/g, (whole, name: string) => env[name] ?? whole);
}
