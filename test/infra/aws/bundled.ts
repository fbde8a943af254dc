import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { bundleLambdas } from '../../../functions/build/bundle-lambdas.ts';

/** The real bundles, made once for all who look at them, in a directory without packages. */
export const bundleDirectory = mkdtempSync(join(tmpdir(), 'offhook-lambdas-'));
afterAll(() => rmSync(bundleDirectory, { recursive: true }));
export const { directories, bundles } = await bundleLambdas(bundleDirectory);
