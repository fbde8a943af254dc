import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AssetHashType, DockerImage } from 'aws-cdk-lib/core';
import { findHandlersModule, unbundled } from '../../../functions/build/handlers-module.ts';
import type { LambdaDirectories, LambdaName } from '../../../functions/build/lambda-names.ts';
import { LAMBDA_OPTIONS } from '../../../functions/build/lambda-options.ts';

/** What each Lambda runs. */
export type LambdaCode = Readonly<Record<LambdaName, Code>>;

type CodeSources = {
  readonly directories: Partial<LambdaDirectories>;
  readonly module: string | undefined;
};

/**
 * The code of the Lambdas: from the directory that is named for one, else as the npm package brings it. With a module of
 * handlers, the Lambda that runs them is bundled of it when its stack is synthesized.
 *
 * @throws Error when there is no `index.mjs` where one should be, or esbuild is not installed; OwnHandlersError when the
 *   module cannot be used.
 */
export function lambdaCode({ directories, module }: CodeSources): LambdaCode {
  if (module !== undefined && directories.handlers !== undefined) {
    throw new Error('handlers.module and code.handlers both say which handlers run: give one of them');
  }
  const ready = (name: LambdaName) => {
    const directory = directories[name];
    return Code.fromAsset(directory === undefined ? shippedLambda(name) : withModule(directory, name));
  };
  return {
    receiver: ready('receiver'),
    handlers: module === undefined ? ready('handlers') : bundledHandlers(resolve(module)),
    maintenance: ready('maintenance'),
  };
}

const requireHere = createRequire(import.meta.url);

function shippedLambda(name: LambdaName): string {
  return join(dirname(ofPackage('offhook/package.json')), 'dist', 'lambda', name);
}

/** A file of the npm package that this is a part of; a checkout exports none. */
function ofPackage(specifier: 'offhook/package.json' | 'offhook/aws'): string {
  try {
    return requireHere.resolve(specifier);
  } catch (cause) {
    throw new Error(
      'only the npm package offhook brings Lambdas that are ready: elsewhere give a directory for each of them (code)',
      { cause },
    );
  }
}

function withModule(directory: string, name: LambdaName): string {
  if (existsSync(join(directory, 'index.mjs'))) return directory;
  throw new Error(`code.${name}: ${resolve(directory)} has no index.mjs, which exports the Lambda's handler`);
}

/** @param path absolute. */
function bundledHandlers(path: string): Code {
  const { buildSync } = requireEsbuild();
  findHandlersModule(path, buildSync);
  const tryBundle = (outputDir: string): boolean => {
    try {
      buildSync({
        ...LAMBDA_OPTIONS,
        stdin: { contents: entryOf(path), resolveDir: dirname(path), sourcefile: 'offhook-handlers.mjs' },
        outfile: join(outputDir, 'index.mjs'),
      });
      return true;
    } catch (cause) {
      throw unbundled(path, cause);
    }
  };
  return Code.fromAsset(dirname(path), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never run: what is bundled on this machine needs no image. The command tells modules of one folder apart.
      image: DockerImage.fromRegistry('none'),
      command: [path],
      local: { tryBundle },
    },
  });
}

function entryOf(path: string): string {
  const from = (file: string) => JSON.stringify(file);
  return [
    `import { createLambdaRunner } from ${from(ofPackage('offhook/aws'))};`,
    `import { registerHandlers } from ${from(path)};`,
    'export const handler = createLambdaRunner(registerHandlers, process.env);',
  ].join('\n');
}

/** By `require`, because constructs are made synchronously; who brings no handlers needs none. */
function requireEsbuild(): typeof import('esbuild') {
  try {
    return requireHere('esbuild');
  } catch (cause) {
    throw new Error(
      'handlers.module is bundled by the package esbuild, which is not installed: npm install --save-dev esbuild. ' +
        'Or bundle the Lambda yourself, and name its directory in code.handlers',
      { cause },
    );
  }
}
