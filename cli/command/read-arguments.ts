import { parseArgs } from 'node:util';
import { nearest } from '../../settings/nearest.ts';
import type { Kind } from './kind.ts';
import { camelCase, type Operands, type Option, type Options } from './option.ts';
import { UsageError } from './usage-error.ts';

type Declared = { readonly options: Options; readonly operands: Operands };

/** Option texts by name, all that were given; a flag's is empty. `formerNames`: of those that were called so, by what they are called now. */
type Given = {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  readonly formerNames: ReadonlyMap<string, string>;
};

/** `hints`: what to say of old names that were used. */
type ReadArguments = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly hints: readonly string[];
};

/**
 * Reads a command's arguments strictly into what it declares: every option and operand by its name in camel case.
 *
 * @param nowMs wall time, for what is so long ago.
 * @throws UsageError for the first thing that is wrong, naming it.
 */
export function readArguments(
  { options, operands }: Declared,
  argv: readonly string[],
  nowMs: number,
): ReadArguments {
  const given = splitArguments(options, argv);
  for (const name of given.options.keys()) checkCompany(name, options, given.options);
  // What is wrong with one that is given is said before one that is missing.
  const givenFirst = Object.entries(options).toSorted(
    ([a], [b]) => Number(given.options.has(b)) - Number(given.options.has(a)),
  );
  const optionValues = givenFirst.map(([name, option]) => [
    camelCase(name),
    optionValue(name, option, { texts: given.options.get(name) ?? [], nowMs }),
  ]);
  const values = { ...Object.fromEntries(optionValues), ...operandValues(operands, given.operands, nowMs) };
  const hints = [...given.formerNames].map(([now, was]) => `--${was} -> --${now}: the old name still works`);
  return { values, hints };
}

function splitArguments(options: Options, argv: readonly string[]): Given {
  const names = currentNames(options);
  const known = [...names].map(([name, now]) => {
    const { kind, short } = options[now] ?? {};
    const type = kind === undefined ? ('boolean' as const) : ('string' as const);
    return [name, { type, ...(name === now && short !== undefined && { short }) }] as const;
  });
  // Not its strict mode, whose messages know neither placeholders nor near names.
  const { tokens } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(known),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, readonly string[]>();
  const formerNames = new Map<string, string>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const name = names.get(token.name) ?? token.name;
    given.set(name, [...(given.get(name) ?? []), optionText(options, { ...token, name })]);
    if (name !== token.name) formerNames.set(name, token.name);
  }
  return { options: given, operands, formerNames };
}

/** What every name that is taken stands for: itself, or what it is called now. */
function currentNames(options: Options): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(options).flatMap(([name, { formerly }]) => [
      [name, name] as const,
      ...(formerly === undefined ? [] : [[formerly, name] as const]),
    ]),
  );
}

type OptionToken = {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

function optionText(options: Options, { name, rawName, value, inlineValue }: OptionToken): string {
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined)
    throw new UsageError(`unknown option '${rawName}'${suggestion(rawName, options)}`);
  if (option.kind === undefined) {
    if (inlineValue === true) throw new UsageError(`--${name} takes no value`);
    return '';
  }
  const { placeholder } = option;
  if (value === undefined) throw new UsageError(`--${name} needs a value: --${name} ${placeholder}`);
  // More likely the next option than a value.
  if (inlineValue !== true && /^-./.test(value))
    throw new UsageError(
      `--${name} needs a value: --${name} ${placeholder}; one that begins with a dash is written --${name}=${hiddenIn(option.kind, value)}`,
    );
  return value;
}

function hiddenIn({ hidden }: Kind<unknown>, value: string): string {
  return hidden === true ? '…' : value;
}

function suggestion(rawName: string, options: Options): string {
  const near = rawName.startsWith('--')
    ? nearest(rawName.slice(2), [...Object.keys(options), 'help'])
    : undefined;
  return near === undefined ? '' : `; did you mean --${near}?`;
}

function checkCompany(name: string, options: Options, given: ReadonlyMap<string, unknown>): void {
  const { goesWith = {}, conflicts = {} } = options[name] ?? {};
  for (const [other, more] of Object.entries(goesWith)) {
    if (given.has(other)) continue;
    throw new UsageError(`--${name} goes with --${other}${more === '' ? '' : `; ${more}`}`);
  }
  for (const [other, why] of Object.entries(conflicts)) {
    if (given.has(other)) throw new UsageError(`--${name} does not go with --${other}: ${why}`);
  }
}

function optionValue(
  name: string,
  option: Option,
  { texts, nowMs }: { readonly texts: readonly string[]; readonly nowMs: number },
): unknown {
  const { kind } = option;
  if (kind === undefined) return texts.length > 0;
  if (option.repeatable === true) return texts.map((text) => read(kind, `--${name}`, { text, nowMs }));
  const given = texts.at(-1) ?? option.default;
  if (given !== undefined) return read(kind, `--${name}`, { text: given, nowMs });
  if (option.required === true) throw new UsageError(`expected --${name} ${option.placeholder}`);
  return undefined;
}

function operandValues(operands: Operands, given: readonly string[], nowMs: number): Record<string, unknown> {
  const declared = Object.entries(operands);
  const surplus = given[declared.length];
  if (surplus !== undefined) throw new UsageError(`unexpected argument "${surplus}"`);
  const values = declared.map(([name, { kind, placeholder, wanted, optional }], index) => {
    const text = given[index];
    if (text !== undefined) return [name, read(kind, placeholder, { text, nowMs })];
    if (optional === true) return [name, undefined];
    throw new UsageError(`expected ${wanted}`);
  });
  return Object.fromEntries(values);
}

function read(
  kind: Kind<unknown>,
  what: string,
  { text, nowMs }: { readonly text: string; readonly nowMs: number },
): unknown {
  if (text === '') throw new UsageError(`${what} must not be empty`);
  const value = kind.read(text, nowMs);
  if (value !== undefined) return value;
  const separator = kind.expected.includes(',') ? ';' : ',';
  const got = kind.hidden === true ? '' : `${separator} not "${text}"`;
  const near = kind.hidden === true ? undefined : nearest(text, kind.words ?? []);
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  throw new UsageError(`${what} must be ${kind.expected}${got}${meant}`);
}
