import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The watch streams recorded on a real cluster, and those after people's reports; see their READMEs. */
export type StreamFolder = 'traces' | 'reports';

export type ExpectedHook = {
  readonly hook: string;
  /** Reports name none: each is about one Pod, or its containers tell. */
  readonly podUid?: string;
  readonly container: string;
  readonly containerID?: string | null;
  readonly observation: string;
  readonly exitCode?: number | null;
  readonly reason?: string;
  readonly failed?: string;
  readonly trigger?: string;
  readonly amended?: boolean;
};

export type TraceLine = {
  readonly at: number;
  readonly stream: 'pods' | 'events';
  readonly event: { readonly type: string; readonly object: Record<string, unknown> };
};

const FIXTURES = new URL('../fixtures/', import.meta.url);

export function traceNames(folder: StreamFolder = 'traces'): readonly string[] {
  return readdirSync(new URL(`${folder}/`, FIXTURES))
    .filter((file) => file.endsWith('.ndjson'))
    .map((file) => file.replace('.ndjson', ''));
}

export function tracePath(name: string, folder: StreamFolder = 'traces'): string {
  return fileURLToPath(new URL(`${folder}/${name}.ndjson`, FIXTURES));
}

export function traceLines(name: string, folder: StreamFolder = 'traces'): readonly TraceLine[] {
  return readFileSync(tracePath(name, folder), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export function expectedHooks(name: string, folder: StreamFolder = 'traces'): readonly ExpectedHook[] {
  return JSON.parse(readFileSync(new URL(`${folder}/${name}.json`, FIXTURES), 'utf8')).hooks;
}
