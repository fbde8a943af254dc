import { parseArgs } from 'node:util';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { PUBLISHED, type Published } from './publish/publish-steps.ts';

export const RELEASE_HELP = `Usage: npm run release -- COMMAND [OPTIONS]

What a release consists of, one command a step; docs/releasing.md has the order, and
.github/workflows/release.yaml runs them.

Commands:
  check [--tag vVERSION]   the versions agree; with a tag also: it is this commit's, the changelog has a section
                           for it, and everything is committed
  prepare VERSION          writes the version everywhere and turns Pending of CHANGELOG.md into it
  notes VERSION            the changelog's section
  artifacts                makes all files: npm packages, chart, kustomize tree, image and its bill of materials
  checksums                writes SHA256SUMS over them
  publish WHAT             image, chart, package, create or release: pushes and signs what is in the folder

Options:
  --tag vVERSION           see above; for "publish" and "artifacts" what must be true before anything is done
  --out DIR                the folder of the files (default release)
  --date YYYY-MM-DD        of "prepare" (default today)
  --dry-run                "prepare", "artifacts", "publish": say what would be done
  -h, --help               this text
`;

export type ReleaseCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'mistake'; readonly message: string }
  | { readonly kind: 'check'; readonly tag: string | undefined }
  | {
      readonly kind: 'prepare';
      readonly version: string;
      readonly date: string | undefined;
      readonly dryRun: boolean;
    }
  | { readonly kind: 'notes'; readonly version: string }
  | {
      readonly kind: 'artifacts';
      readonly tag: string | undefined;
      readonly out: string;
      readonly dryRun: boolean;
    }
  | { readonly kind: 'checksums'; readonly out: string }
  | {
      readonly kind: 'publish';
      readonly what: Published;
      readonly tag: string | undefined;
      readonly out: string;
      readonly dryRun: boolean;
    };

/** Reads the command line of `npm run release`. */
export function readReleaseCommand(args: readonly string[]): ReleaseCommand {
  try {
    const { values, positionals } = parse(args);
    if (values.help) return { kind: 'help' };
    const [name, argument, ...rest] = positionals;
    if (rest.length > 0) return mistake(`unexpected "${rest[0]}"`);
    if (values.date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(values.date)) {
      return mistake(`--date must be YYYY-MM-DD, not "${values.date}"`);
    }
    return commandOf(name, argument, values);
  } catch (error) {
    return mistake(messageOf(error));
  }
}

type Values = ReturnType<typeof parse>['values'];

function commandOf(name: string | undefined, argument: string | undefined, values: Values): ReleaseCommand {
  const { tag, date, out = 'release', 'dry-run': dryRun = false } = values;
  if (name === 'prepare') {
    return argument === undefined
      ? mistake('prepare needs a VERSION')
      : { kind: name, version: argument, date, dryRun };
  }
  if (name === 'notes') {
    return argument === undefined ? mistake('notes needs a VERSION') : { kind: name, version: argument };
  }
  if (name === 'publish') {
    const what = PUBLISHED.find((each) => each === argument);
    return what === undefined
      ? mistake(`publish needs ${PUBLISHED.join(', ')}; got ${argument ?? 'nothing'}`)
      : { kind: name, what, tag, out, dryRun };
  }
  if (argument !== undefined) return mistake(`unexpected "${argument}"`);
  if (name === 'check') return { kind: name, tag };
  if (name === 'artifacts') return { kind: name, tag, out, dryRun };
  if (name === 'checksums') return { kind: name, out };
  return mistake(name === undefined ? 'expected a COMMAND' : `unknown command "${name}"`);
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      tag: { type: 'string' },
      out: { type: 'string' },
      date: { type: 'string' },
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
}

function mistake(message: string): ReleaseCommand {
  return { kind: 'mistake', message };
}
