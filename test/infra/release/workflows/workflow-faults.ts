import { parse } from 'yaml';
import { loadParser } from './load-parser.ts';

const parser = loadParser();

export type Step = {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
};
export type Job = {
  readonly uses?: string;
  readonly permissions?: unknown;
  readonly 'timeout-minutes'?: number;
  readonly steps?: readonly Step[];
};
export type Workflow = { readonly permissions?: unknown; readonly jobs: Readonly<Record<string, Job>> };

/**
 * What GitHub's own parser, with the schema that it publishes in it, finds wrong with a workflow: keys, types,
 * expressions, and jobs that need each other.
 */
export async function schemaFaults(name: string, content: string): Promise<readonly string[]> {
  const { parseWorkflow, convertWorkflowTemplate, NoOperationTraceWriter } = await parser;
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

/** What the rules of the house find wrong with a workflow that fits the schema. */
export function houseFaults(content: string, runnable: (line: string) => boolean): readonly string[] {
  const workflow = parse(content) as Workflow;
  return [
    ...(workflow.permissions === undefined
      ? ['the workflow has the permissions that the repository gives']
      : []),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      jobFaults(job, runnable).map((fault) => `${name}: ${fault}`),
    ),
  ];
}

function jobFaults(job: Job, runnable: (line: string) => boolean): readonly string[] {
  const limited = job.uses !== undefined || job['timeout-minutes'] !== undefined;
  return [
    ...(limited ? [] : ['no timeout-minutes']),
    ...(job.permissions === 'write-all' ? ['may write everything'] : []),
    ...(job.steps ?? []).flatMap((step) => [...usesFaults(step), ...runFaults(step, runnable)]),
  ];
}

/** A tag can be moved to other code; a commit cannot. */
function usesFaults({ uses, with: inputs }: Step): readonly string[] {
  if (uses === undefined) return [];
  const isFixed = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses);
  const keepsToken = uses.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false;
  return [
    ...(isFixed ? [] : [`${uses} is not fixed by its commit`]),
    ...(keepsToken ? ['the checkout leaves its token in the work tree'] : []),
  ];
}

/** What others can write (titles, names of branches) must reach a shell in variables, never as part of its program. */
function runFaults({ run }: Step, runnable: (line: string) => boolean): readonly string[] {
  const lines = (run ?? '').split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => [
    ...(line.includes('${{') ? [`an expression in a shell: ${line}`] : []),
    ...(runnable(line) ? [] : [`neither a script nor a command of npm that exists: ${line}`]),
  ]);
}
