import type { Kind } from './kind.ts';

/** What every option may say besides its name. */
type AnyOption = {
  /** One phrase; its default is told behind it. */
  readonly help: string;
  /** A letter for it: `v`. */
  readonly short?: string;
  /** What it was called before: still taken, with a word about it, and told nowhere else. */
  readonly formerly?: string;
  /** Names of options without which it means nothing, each with what else to say then, or an empty text. */
  readonly goesWith?: Readonly<Record<string, string>>;
  /** Names of options that it cannot stand beside, each with the reason. */
  readonly conflicts?: Readonly<Record<string, string>>;
};

/** `--json`: given or not. */
export type Flag = AnyOption & { readonly kind?: undefined };

/**
 * `--limit N`.
 *
 * @property placeholder what help and messages call the value.
 * @property default as it would be written on the command line.
 */
export type ValueOption<T> = AnyOption & {
  readonly kind: Kind<T>;
  readonly placeholder: string;
  readonly default?: string;
  readonly required?: true;
  /** May be given several times; its value is the list of all. */
  readonly repeatable?: true;
};

/** An option of a command: what it is called, takes and means. Help, parsing and types follow from it. */
export type Option = Flag | ValueOption<unknown>;

/** By name, without the dashes. */
export type Options = Readonly<Record<string, Option>>;

/**
 * What a command is about, without a dash: `FILE`.
 *
 * @property wanted stands behind "expected" where it is missing: `a FILE, or "-" for standard input`.
 */
export type Operand<T = unknown> = {
  readonly placeholder: string;
  readonly kind: Kind<T>;
  readonly wanted: string;
  readonly optional?: true;
};

/** By name, in their order. */
export type Operands = Readonly<Record<string, Operand>>;

/** What a command gets of its options: a flag as a boolean, a value as its kind reads it, `dry-run` as `dryRun`. */
export type OptionValues<Declared> = {
  readonly [Name in keyof Declared & string as CamelCase<Name>]: OptionValue<Declared[Name]>;
};

export type OperandValues<Declared> = {
  readonly [Name in keyof Declared & string]: Declared[Name] extends { readonly kind: Kind<infer T> }
    ? Declared[Name] extends { readonly optional: true }
      ? T | undefined
      : T
    : never;
};

type OptionValue<Declared> = Declared extends { readonly kind: Kind<infer T> }
  ? Declared extends { readonly repeatable: true }
    ? readonly T[]
    : Declared extends { readonly default: string } | { readonly required: true }
      ? T
      : T | undefined
  : boolean;

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

/** `dryRun` of `dry-run`. */
export function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
