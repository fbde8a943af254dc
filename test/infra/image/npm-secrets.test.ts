import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeNpmSecrets } from '../../../infra/image/npm-secrets.ts';
import type { Run } from '../../../infra/image/run-command.ts';
import { temporaryDirectory } from '../../support/journal-directory.ts';

/** A machine whose npm is configured like that. */
const npmWith =
  (settings: Readonly<Record<string, string>>): Run =>
  async (_, [, , name = '']) => ({
    missing: false,
    code: 0,
    stdout: `${settings[name] ?? 'null'}\n`,
    stderr: '',
  });

const withoutNpm: Run = async () => ({ missing: true, code: null, stdout: '', stderr: '' });

const REGISTRY = 'https://packages.example.com/npm/';

it('the build reaches the registry as this machine does: files, registry, certificates', async () => {
  const directory = temporaryDirectory();
  const [userconfig, cafile] = [join(directory, 'user'), join(directory, 'ca.pem')];
  // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own syntax.
  writeFileSync(userconfig, '//packages.example.com/npm/:_authToken=${NPM_TOKEN}\nother=${UNKNOWN}\n');
  writeFileSync(cafile, 'certificates');
  const npm = npmWith({ registry: REGISTRY, userconfig, globalconfig: '/nowhere/npmrc', cafile });
  const secrets = await writeNpmSecrets(directory, npm, { NPM_TOKEN: 'token' });
  expect(Object.keys(secrets)).toEqual(['npmrc', 'npm-ca']);
  expect(readFileSync(secrets.npmrc ?? '', 'utf8')).toBe(
    `//packages.example.com/npm/:_authToken=token\nother=\${UNKNOWN}\n\nregistry=${REGISTRY}\ncafile=/run/npm-ca.pem\n`,
  );
  expect(readFileSync(secrets['npm-ca'] ?? '', 'utf8')).toBe('certificates');
  for (const file of Object.values(secrets)) expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('certificates that only Node was told of go along, too', async () => {
  const directory = temporaryDirectory();
  const ca = join(directory, 'extra.pem');
  writeFileSync(ca, 'more certificates');
  const secrets = await writeNpmSecrets(directory, npmWith({ registry: REGISTRY }), {
    NODE_EXTRA_CA_CERTS: ca,
  });
  expect(readFileSync(secrets['npm-ca'] ?? '', 'utf8')).toBe('more certificates');
});

it('the build has the defaults where nothing is configured, or npm is not there', async () => {
  const directory = temporaryDirectory();
  const secrets = await writeNpmSecrets(directory, npmWith({ registry: REGISTRY }), {});
  expect(readFileSync(secrets.npmrc ?? '', 'utf8')).toBe(`registry=${REGISTRY}\n`);
  expect(Object.keys(secrets)).toEqual(['npmrc']);
  expect(await writeNpmSecrets(directory, withoutNpm, {})).toEqual({});
});
