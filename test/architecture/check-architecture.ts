import { checkFunctions, type LongFunction } from './check-functions.ts';
import { checkGround } from './check-ground.ts';
import { checkImports, type DeclaredPackages } from './check-imports.ts';
import { findCycles, findFolderCycles, type Module } from './import-graph.ts';
import {
  ENVIRONMENT_READERS,
  MOST_CODE_LINES,
  NAMES_THAT_SAY_NOTHING,
  PASSES_ON,
  PROCESS_ENDERS,
  PRODUCT_FOLDERS,
} from './rules.ts';
import { lineAt } from './scan-imports.ts';

/**
 * Every violation as `rule: path: what`, in no particular order; empty when the house is in order.
 *
 * @param longFunctions exceptions, each of which must be needed.
 */
export function checkArchitecture(
  modules: readonly Module[],
  packages: DeclaredPackages,
  longFunctions: readonly LongFunction[] = [],
): string[] {
  const paths = new Set(modules.map(({ path }) => path));
  return [
    ...findCycles(modules).map((cycle) => `import-cycle: ${cycle.join(' → ')}`),
    ...findFolderCycles(modules.filter(isProduct)).map((cycle) => `folder-cycle: ${cycle.join(' → ')}`),
    ...checkFunctions(modules.filter(isProduct), longFunctions),
    ...modules.flatMap((module) => [
      ...checkImports(module, paths, packages),
      ...checkGround(module),
      ...emptyNames(module),
      ...(isProduct(module) ? [...barrel(module), ...processUse(module), ...size(module)] : []),
    ]),
  ];
}

function isProduct({ path }: Module): boolean {
  return PRODUCT_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
}

function emptyNames({ path }: Module): string[] {
  const said = path.replace(/(\.test|\.d)?\.ts$/, '').split('/');
  return said
    .filter((name) => NAMES_THAT_SAY_NOTHING.includes(name))
    .map((name) => `name-says-nothing: ${path}: "${name}"`);
}

/** A barrel declares nothing: it is left empty when its imports and export lists are taken away. */
function barrel({ path, bare }: Module): string[] {
  if (path.startsWith(PASSES_ON)) return [];
  const exportList = /\bexport\s+(type\s+)?(\*(\s*as\s+\w+)?|\{[^}]*\})(\s*from\s*(["'])\s*\5)?/g;
  const importList = /\bimport\b[\w\s{},*$]*(["'])\s*\1/g;
  const own = bare.replace(exportList, '').replace(importList, '').replaceAll(';', '').trim();
  return own === '' && /\bexport\b/.test(bare) ? [`barrel: ${path}: only re-exports`] : [];
}

function processUse({ path, bare, imports }: Module): string[] {
  const found: string[] = [];
  const forbid = (rule: string, allowed: readonly string[], member: string) => {
    if (allowed.some((prefix) => path.startsWith(prefix))) return;
    const direct = new RegExp(
      `\\bprocess\\s*\\??\\.\\s*${member}\\b|\\{[^{}]*\\b${member}\\b[^{}]*\\}\\s*=\\s*process\\b`,
      'g',
    );
    for (const { index } of bare.matchAll(direct)) found.push(`${rule}: ${path}:${lineAt(bare, index)}`);
    for (const { specifier, names, line } of imports) {
      const ofProcess = specifier === 'node:process' || specifier === 'process';
      if (ofProcess && new RegExp(`\\b${member}\\b`).test(names)) found.push(`${rule}: ${path}:${line}`);
    }
  };
  forbid('process-env', ENVIRONMENT_READERS, 'env');
  forbid('process-exit', PROCESS_ENDERS, 'exit');
  return found;
}

function size({ path, codeLines }: Module): string[] {
  return codeLines > MOST_CODE_LINES ? [`file-too-long: ${path}: ${codeLines} lines of code`] : [];
}
