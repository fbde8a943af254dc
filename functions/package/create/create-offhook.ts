import { basename, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { askPlatform, PROJECT_PLATFORMS } from './ask-platform.ts';
import type { ProjectPlatform } from './files/project-facts.ts';
import { projectFiles } from './files/project-files.ts';
import { ProjectError, writeProject } from './write-project.ts';

const HELP = `Usage: npm create offhook@latest [DIRECTORY] [-- --platform cloudflare|aws|node]

Writes a small project for handlers of Offhook: one handler, its test, and what deploys it.
DIRECTORY is new or empty (default offhook-handlers). Without --platform it asks for it.
`;

const DEFAULT_DIRECTORY = 'offhook-handlers';
/** Of a Worker. */
const LONGEST_NAME = 54;

type CreateIo = {
  readonly args: readonly string[];
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
};

/**
 * The command `create-offhook`.
 *
 * @param versions of the packages that a project depends on.
 * @returns the exit code: 0 written, 2 for a mistake of the person who called it.
 */
export async function createOffhook(io: CreateIo, versions: Readonly<Record<string, string>>) {
  try {
    const { values, positionals } = readArguments(io.args);
    if (values.help) {
      io.stdout.write(HELP);
      return 0;
    }
    const [named = DEFAULT_DIRECTORY, ...others] = positionals;
    if (others.length > 0) throw new ProjectError(`one directory, not ${positionals.length}\n\n${HELP}`);
    const directory = resolve(named);
    // Before anybody is asked anything.
    await writeProject(directory, {});
    const platform = await choosePlatform(values.platform, io);
    const name = projectName(directory);
    await writeProject(directory, projectFiles({ platform, name, versions }));
    io.stdout.write(nextSteps(relative(process.cwd(), directory)));
    return 0;
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error;
    io.stderr.write(`create-offhook: ${error.message}\n`);
    return 2;
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { platform: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new ProjectError(`${messageOf(error)}\n\n${HELP}`);
  }
}

async function choosePlatform(named: string | undefined, io: CreateIo): Promise<ProjectPlatform> {
  const wanted = `--platform takes ${PROJECT_PLATFORMS.join(', ')}`;
  if (named === undefined) {
    if (io.stdin.isTTY !== true) throw new ProjectError(`there is no terminal to ask on: ${wanted}`);
    return askPlatform(io);
  }
  const platform = PROJECT_PLATFORMS.find((each) => each === named);
  if (platform === undefined) throw new ProjectError(`${wanted}, not ${JSON.stringify(named)}`);
  return platform;
}

/** What npm and Cloudflare both take as a name, of a directory's. */
function projectName(directory: string): string {
  const name = basename(directory)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-+|-+$/g, '');
  return /^[a-z]/.test(name) ? name : DEFAULT_DIRECTORY;
}

function nextSteps(directory: string): string {
  const change = directory === '' ? '' : `  cd ${directory}\n`;
  return `Written. README.md has the rest; next:\n\n${change}  npm install\n  npm test\n`;
}
