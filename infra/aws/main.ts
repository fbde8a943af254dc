import { dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleLambdas } from '../../functions/build/bundle-lambdas.ts';
import { OwnHandlersError } from '../../functions/build/handlers-module.ts';
import type { LambdaName } from '../../functions/build/lambda-names.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { formatFaults } from '../../settings/fault.ts';
import { readBounded } from '../../settings/files/read-bounded.ts';
import { createCdkApp } from './create-app.ts';
import { createReceiverStack } from './receiver-stack.ts';
import { loadAwsSettings } from './settings/aws-settings.ts';

const HELP = `Usage: npm run aws:synth -- [OPTIONS]

Bundles the Lambdas and writes the CloudFormation template of the receiver on AWS, for
"npx aws-cdk deploy --app cdk.out". Needs no AWS account, no credentials and no network.

Options:
  --settings FILE   what differs from the defaults (YAML); docs/aws.md has every key
  --out DIR         where to (default cdk.out)
  -h, --help        this text
`;

const ROOT = join(import.meta.dirname, '..', '..');

/** @returns the exit code: 0 done, 2 for a mistake in the arguments or the settings. */
async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === null) return 2;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const loaded = loadAwsSettings(options.settings, readBounded);
  if (loaded.kind === 'invalid') {
    process.stderr.write(`${formatFaults(loaded.faults)}\n`);
    return 2;
  }
  const out = resolve(options.out ?? join(ROOT, 'cdk.out'));
  const bundled = await bundleAll(join(out, 'lambda'), options.settings, loaded.settings.handlers.module);
  if (bundled === null) return 2;
  const { directories, bundles } = bundled;
  const app = createCdkApp(out);
  createReceiverStack(app, loaded.settings, directories);
  const { directory } = app.synth();
  for (const name of Object.keys(bundles) as LambdaName[]) {
    process.stdout.write(`Lambda ${name.padEnd(12)} ${Math.round(bundles[name].moduleBytes / 1024)} KiB\n`);
  }
  process.stdout.write(
    `The template is in ${relative(process.cwd(), join(directory, `${loaded.settings.stackName}.template.json`))}\n`,
  );
  return 0;
}

/** @returns null, with its fault told, when the module of handlers cannot be used. */
async function bundleAll(outDir: string, settingsFile = '', module?: string) {
  try {
    const handlers = module === undefined ? undefined : resolve(dirname(settingsFile), module);
    return await bundleLambdas(outDir, handlers);
  } catch (error) {
    if (!(error instanceof OwnHandlersError)) throw error;
    process.stderr.write(`${settingsFile}: handlers.module: ${error.message}\n`);
    return null;
  }
}

function readOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        settings: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`aws:synth: ${messageOf(error)}\n\n${HELP}`);
    return null;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
