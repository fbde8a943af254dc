import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkArchitecture } from './check-architecture.ts';
import { checkNames } from './check-names.ts';
import { readModules } from './import-graph.ts';
import { LONG_FUNCTIONS } from './long-functions.ts';
import { PRODUCT_FOLDERS } from './rules.ts';

const root = join(import.meta.dirname, '..', '..');

test('the repository keeps the rules of the house', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const modules = readModules(root, [...PRODUCT_FOLDERS, 'test', 'bench']);
  // A check over nothing would pass, too.
  expect(modules.filter(({ path }) => path.startsWith('protocol/')).length).toBeGreaterThan(3);
  const packages = {
    dependencies: Object.keys(manifest.dependencies),
    devDependencies: Object.keys(manifest.devDependencies),
  };
  expect(checkArchitecture(modules, packages, LONG_FUNCTIONS)).toEqual([]);
});

test('names say what they are without their folder, and only what others use is exported', () => {
  const product = readModules(root, PRODUCT_FOLDERS);
  expect(product.length).toBeGreaterThan(500);
  expect(checkNames(product, [...product, ...readModules(root, ['test', 'bench'])])).toEqual([]);
});
