import type * as z from 'zod/mini';

type Test = (value: unknown) => boolean;
type Check = z.core.$ZodCheck<never>;

/**
 * Makes of a schema a question that costs a tenth of `safeParse`, whose issues and copies nobody needs of what is right.
 * What passes, the schema passes, too, and gives back unchanged; of what does not pass it says nothing, so ask the schema
 * itself then.
 *
 * For values that came out of JSON, and for schemas that change nothing and allow unknown members (`looseObject`).
 *
 * @throws TypeError for a kind of schema or check that it does not know.
 */
export function createQuickCheck(schema: z.core.$ZodType): Test {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const tests = [testOf(def), ...(def.checks ?? []).map((check) => checkOf(check as Check))];
  const [first = () => true, second, third, ...others] = tests;
  if (second === undefined) return first;
  if (third === undefined) return (value) => first(value) && second(value);
  return (value) => first(value) && second(value) && third(value) && others.every((test) => test(value));
}

type Def = z.core.$ZodTypes['_zod']['def'];

function testOf(def: Def): Test {
  switch (def.type) {
    case 'unknown':
      return () => true;
    case 'string':
      return (value) => typeof value === 'string';
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'number':
      return numberTest(def);
    case 'literal':
      return oneOf(def.values);
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'nullable': {
      const inner = createQuickCheck(def.innerType);
      return (value) => value === null || inner(value);
    }
    case 'optional': {
      const inner = createQuickCheck(def.innerType);
      return (value) => value === undefined || inner(value);
    }
    case 'record':
      return recordTest(createQuickCheck(def.keyType), createQuickCheck(def.valueType));
    case 'object':
      return objectTest(def);
    case 'union':
      return unionTest(def as z.core.$ZodDiscriminatedUnionDef);
    default:
      throw unknown(def.type);
  }
}

function numberTest(def: z.core.$ZodNumberDef): Test {
  const { format } = def as Partial<z.core.$ZodNumberFormatDef>;
  if (format !== 'safeint') throw unknown(`number ${format}`);
  return Number.isSafeInteger;
}

function oneOf(values: readonly unknown[]): Test {
  const [only] = values;
  if (values.length === 1) return (value) => value === only;
  return (value) => values.includes(value);
}

function recordTest(key: Test, member: Test): Test {
  return (value) => {
    if (!isObject(value)) return false;
    for (const name in value) if (!key(name) || !member(value[name])) return false;
    return true;
  };
}

function objectTest({ shape, catchall }: z.core.$ZodObjectDef): Test {
  if (catchall?._zod.def.type !== 'unknown') throw unknown('object without unknown members');
  const members = Object.entries(shape).map(([name, schema]) => ({ name, test: createQuickCheck(schema) }));
  return (value) => {
    if (!isObject(value)) return false;
    for (const { name, test } of members) if (!test(value[name])) return false;
    return true;
  };
}

function unionTest({ discriminator, options }: z.core.$ZodDiscriminatedUnionDef): Test {
  const tests = new Map<unknown, Test>();
  for (const option of options) {
    for (const name of option._zod.propValues?.[discriminator] ?? [])
      tests.set(name, createQuickCheck(option));
  }
  return (value) => isObject(value) && (tests.get(value[discriminator])?.(value) ?? false);
}

function checkOf(check: Check): Test {
  const { def } = (check as unknown as z.core.$ZodChecks | z.core.$ZodCustom)._zod;
  switch (def.check) {
    case 'min_length': {
      // In UTF-16 units an astral character is two, for the schema it is one: it decides about what is that short.
      const { minimum } = def;
      return minimum > 1 ? lengthTest((length) => length >= 2 * minimum) : lengthTest((length) => length > 0);
    }
    case 'max_length': {
      const { maximum } = def;
      return lengthTest((length) => length <= maximum);
    }
    case 'greater_than': {
      const { value: least, inclusive } = def;
      if (!inclusive) throw unknown('an exclusive bound');
      return (value) => (value as number) >= Number(least);
    }
    case 'less_than': {
      const { value: most, inclusive } = def;
      if (!inclusive) throw unknown('an exclusive bound');
      return (value) => (value as number) <= Number(most);
    }
    case 'string_format': {
      const { pattern } = def;
      if (pattern === undefined || pattern.global || pattern.sticky) throw unknown(`string ${def.format}`);
      return (value) => pattern.test(value as string);
    }
    case 'custom': {
      const { fn } = def as z.core.$ZodCustomDef;
      return (value) => fn(value) === true;
    }
    default:
      throw unknown(def.check);
  }
}

function lengthTest(test: (length: number) => boolean): Test {
  return (value) => test((value as string).length);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unknown(what: string): TypeError {
  return new TypeError(`a quick check knows nothing of ${what}`);
}
