import { readFileSync } from 'node:fs';
import type { KubeObject } from '../../../infra/local/objects/kube-object.ts';
import type { Pod } from '../../../infra/local/objects/pod.ts';

/** One line of a recorded or replayed stream. `at` is in seconds since the scenario's start. */
export type StreamLine = {
  at: number;
  stream: 'pods' | 'events';
  event: { type: string; object: KubeObject };
};

export type Scenario = {
  name: string;
  actions: { at: number; action: string }[];
  manifest: Record<string, unknown> | undefined;
  lines: StreamLine[];
};

/** Reads a scenario out of test/fixtures/traces. */
export function readScenario(name: string): Scenario {
  const read = (extension: string) =>
    readFileSync(new URL(`../../fixtures/traces/${name}.${extension}`, import.meta.url), 'utf8');
  const { actions, manifest } = JSON.parse(read('json')) as Pick<Scenario, 'actions' | 'manifest'>;
  const lines = read('ndjson')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as StreamLine);
  return { name, actions, manifest, lines };
}

/** The changes of the scenario's Pods, in order. */
export function podLines(lines: StreamLine[]): { at: number; type: string; pod: Pod }[] {
  return lines
    .filter(({ stream }) => stream === 'pods')
    .map(({ at, event }) => ({ at, type: event.type, pod: event.object as Pod }));
}

/**
 * A Pod as a client would have created it, taken from the recorded ADDED object: for Pods that a controller made,
 * where the scenario has no manifest.
 */
export function manifestOf({ metadata, spec }: Pod): Record<string, unknown> {
  const { volumes: _volumes, ...rest } = spec;
  const { name, labels, finalizers } = metadata;
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels, finalizers }, spec: rest };
}
