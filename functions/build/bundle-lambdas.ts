import { join } from 'node:path';
import { bundleLambda, type LambdaBundle } from './bundle-lambda.ts';
import type { LambdaDirectories, LambdaName } from './lambda-names.ts';

/** Entry modules in `functions/platforms/aws/entry/`, by the Lambda they become. */
export const LAMBDA_ENTRIES: Readonly<Record<LambdaName, string>> = {
  receiver: 'receive.ts',
  handlers: 'run.ts',
  maintenance: 'maintain.ts',
};

const ENTRY_DIR = join(import.meta.dirname, '..', 'platforms', 'aws', 'entry');

/**
 * Bundles every Lambda into a directory of its own below `outDir`.
 *
 * @param ownHandlers a module that registers handlers in the place of the shipped ones; only one Lambda runs handlers.
 * @throws OwnHandlersError when `ownHandlers` cannot be used.
 */
export async function bundleLambdas(
  outDir: string,
  ownHandlers?: string,
): Promise<{
  readonly directories: LambdaDirectories;
  readonly bundles: Readonly<Record<LambdaName, LambdaBundle>>;
}> {
  const bundle = (name: LambdaName, module?: string) =>
    bundleLambda(join(ENTRY_DIR, LAMBDA_ENTRIES[name]), join(outDir, name), module);
  const [receiver, handlers, maintenance] = await Promise.all([
    bundle('receiver'),
    bundle('handlers', ownHandlers),
    bundle('maintenance'),
  ]);
  return {
    directories: {
      receiver: join(outDir, 'receiver'),
      handlers: join(outDir, 'handlers'),
      maintenance: join(outDir, 'maintenance'),
    },
    bundles: { receiver, handlers, maintenance },
  };
}
