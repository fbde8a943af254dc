import { readFileSync } from 'node:fs';

/** A spec, and what a real API server said to it. */
type ServerVerdict = {
  readonly name: string;
  readonly spec: { readonly target: Readonly<Record<string, unknown>> } & Readonly<Record<string, unknown>>;
  readonly accepted: boolean;
  /** What it stored, where it accepted it. */
  readonly defaulted?: unknown;
};

const RECORDED = new URL('../../../fixtures/hooksubscriptions/server-verdicts.json', import.meta.url);

/**
 * What a Kubernetes 1.36 server said to 32 specs. The definition it was asked with had `target.eventBridge` in both
 * kinds; now only the cluster's has it: {@link isOfClusterOnly}.
 */
export const SERVER_VERDICTS: readonly ServerVerdict[] = JSON.parse(readFileSync(RECORDED, 'utf8'));

export function isOfClusterOnly({ spec }: ServerVerdict): boolean {
  return 'eventBridge' in spec.target;
}
