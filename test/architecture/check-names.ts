import type { Module } from './import-graph.ts';
import { NAMED_ALIKE, PASSES_ON } from './rules.ts';

const EXPORTED =
  /^export\s+(?:async\s+)?(?:abstract\s+)?(?:function\*?|const|let|class|type|interface)\s+(?<name>[\w$]+)/gm;

/**
 * A name says what it is without its folder: no two files and no two exports of the product are called the same, unless
 * they are the same thing seen from two places ({@link NAMED_ALIKE}). What only its own file uses is not exported;
 * `protocol/` is left out there, because it is the contract that others build upon.
 *
 * @param product the modules that are held to it.
 * @param all every module that may use an export.
 */
export function checkNames(product: readonly Module[], all: readonly Module[]): string[] {
  const named = product.filter(({ path }) => !path.startsWith(PASSES_ON));
  const files = grouped(named.map(({ path }) => [path.slice(path.lastIndexOf('/') + 1), path]));
  const exported = product.flatMap((module) => exportsOf(module).map((name) => [name, module.path] as const));
  return [
    ...twice('file-named-alike', files),
    ...twice('export-named-alike', grouped(exported)),
    ...needless(exported, all),
  ];
}

function exportsOf({ bare }: Module): string[] {
  return [...bare.matchAll(EXPORTED)].map(({ groups }) => groups?.name ?? '');
}

function grouped(pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const [name, path] of pairs) found.set(name, (found.get(name) ?? new Set()).add(path));
  return found;
}

function twice(rule: string, names: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  return [...names]
    .filter(([name, paths]) => paths.size > 1 && !(name in NAMED_ALIKE))
    .map(([name, paths]) => `${rule}: ${name}: ${[...paths].toSorted().join(', ')}`);
}

function needless(exported: readonly (readonly [string, string])[], all: readonly Module[]): string[] {
  const users = new Map<string, Set<string>>();
  for (const { path, bare } of all) {
    for (const word of new Set(bare.match(/[\w$]+/g)))
      users.set(word, (users.get(word) ?? new Set()).add(path));
  }
  return exported
    .filter(([name, path]) => !path.startsWith('protocol/') && users.get(name)?.size === 1)
    .map(([name, path]) => `needless-export: ${path}: ${name}`);
}
