import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The watch streams recorded on a real cluster; see test/fixtures/traces/README.md. */

export type ExpectedHook = {
  readonly hook: string;
  readonly podUid: string;
  readonly container: string;
  readonly containerID?: string;
  readonly observation: string;
  readonly exitCode?: number | null;
  readonly reason?: string;
  readonly failed?: string;
};

export type TraceLine = {
  readonly at: number;
  readonly stream: 'pods' | 'events';
  readonly event: { readonly type: string; readonly object: Record<string, unknown> };
};

const FOLDER = new URL('../fixtures/traces/', import.meta.url);

export function traceNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.ndjson'))
    .map((file) => file.replace('.ndjson', ''));
}

export function tracePath(name: string): string {
  return fileURLToPath(new URL(`${name}.ndjson`, FOLDER));
}

export function traceLines(name: string): readonly TraceLine[] {
  return readFileSync(tracePath(name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export function expectedHooks(name: string): readonly ExpectedHook[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')).hooks;
}
