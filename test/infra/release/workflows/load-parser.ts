import { build } from 'esbuild';

type Parser = typeof import('@actions/workflow-parser') &
  typeof import('@actions/workflow-parser/model/convert');

const ENTRY = `
export { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
export { convertWorkflowTemplate } from '@actions/workflow-parser/model/convert';
`;

/** GitHub's parser of workflows. Its modules import JSON without saying so, which Node refuses: so it is bundled. */
export async function loadParser(): Promise<Parser> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
  });
  const module = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return await import(/* @vite-ignore */ `data:text/javascript;base64,${module}`);
}
