import * as z from 'zod';
import {
  type BoundKey,
  checkKeySet,
  MAX_BOUND_KEYS,
  MAX_VERIFICATION_KEYS,
  parseBoundKey,
} from '../../../../protocol/signature/bound-key.ts';
import { SecretError } from '../../../../protocol/signature/secret-error.ts';
import { expectedUnseen } from '../../../../settings/expected.ts';
import { Secret } from '../../../../settings/secret.ts';
import type { SecretSources } from '../../../../settings/secret-source.ts';
import { section } from '../../../../settings/section.ts';
import { keysOfOneSource, verificationKeys } from './receiver-secrets.ts';

/** The keys of a map that say where verification keys are. */
export function keyPlaces(sources: SecretSources, parse: typeof verificationKeys = verificationKeys) {
  return {
    signingSecretFile: sources.file(parse).optional(),
    signingSecretEnv: sources.variable(parse).optional(),
    previousSecretFiles: z
      .array(sources.file(parse), { error: 'expected a list of files, such as [old.secret]' })
      .max(MAX_VERIFICATION_KEYS, { error: `expected at most ${MAX_VERIFICATION_KEYS} previous secrets` })
      .optional(),
  };
}

/** Keys under `keys`: those of one cluster each. */
export function boundKeys(sources: SecretSources) {
  const wanted = expectedUnseen("a cluster's UID, or urn:offhook:cluster:<uid>");
  const source = z.string(wanted).superRefine((text, context) => {
    const fault = faultOf(() => parseBoundKey(`${text}=`));
    if (fault !== null) context.addIssue(wanted.error({ input: text }));
  });
  const places = { source, ...keyPlaces(sources, keysOfOneSource) };
  return z
    .array(section(places, { cluster: 'source', uid: 'source', secretFile: 'signingSecretFile' }), {
      error: 'expected a list, such as [{ source: <cluster UID>, signingSecretFile: a.secret }]',
    })
    .min(1, { error: 'expected at least one cluster' })
    .max(MAX_BOUND_KEYS, { error: `expected at most ${MAX_BOUND_KEYS} clusters` })
    .optional();
}

type Place = {
  readonly signingSecretFile?: Secret<readonly string[]> | undefined;
  readonly signingSecretEnv?: Secret<readonly string[]> | undefined;
  readonly previousSecretFiles?: readonly Secret<readonly string[]>[] | undefined;
};

/** What of the configuration is about verification keys. */
type KeySettings = Place & {
  readonly keys?: readonly (Place & { readonly source: string })[] | undefined;
};

/** All keys as the verifier takes them: each with its source before it, where it is bound to one. */
export function verificationKeysOf({ keys = [], ...unbound }: KeySettings): readonly string[] {
  const bound = keys.flatMap(({ source, ...place }) => textsOf(place).map((key) => `${source}=${key}`));
  return [...textsOf(unbound), ...bound];
}

/** One that could not be read is still the text that names its place. */
function textsOf({
  signingSecretFile,
  signingSecretEnv,
  previousSecretFiles = [],
}: Place): readonly string[] {
  const given = [signingSecretFile, signingSecretEnv, ...previousSecretFiles];
  return given.flatMap((secret) => (secret instanceof Secret ? secret.reveal() : []));
}

type Contradiction = { readonly path: (string | number)[]; readonly message: string };

const NEEDS = 'the secret that the watcher signs with; `offhook keygen` makes one';

/** Whatever is wrong within them, keys may be missing here. */
export function contradictionsOfKeys(settings: KeySettings): readonly Contradiction[] {
  const { keys, signingSecretFile, signingSecretEnv, previousSecretFiles } = settings;
  const places = Object.entries({ signingSecretFile, signingSecretEnv, previousSecretFiles });
  const given = places.filter(([, place]) => place !== undefined).map(([name]) => name);
  if (keys === undefined) return [...ofPlace(settings, []), ...ofSet(settings, given.slice(-1))];
  const [beside] = given;
  if (beside !== undefined) {
    const message = `${beside} is given too: its keys could speak for every cluster; keep one of them`;
    return [{ path: ['keys'], message }];
  }
  if (!Array.isArray(keys)) return [];
  const within = keys.flatMap((place, index) => (isMap(place) ? ofPlace(place, ['keys', index]) : []));
  return within.length > 0 ? within : ofSet(settings, ['keys']);
}

function ofPlace({ signingSecretFile, signingSecretEnv }: Place, path: (string | number)[]): Contradiction[] {
  if (signingSecretFile === undefined && signingSecretEnv === undefined) {
    return [{ path, message: `needs signingSecretFile or signingSecretEnv: ${NEEDS}` }];
  }
  if (signingSecretFile === undefined || signingSecretEnv === undefined) return [];
  const message = 'signingSecretFile is given too; keep one of them';
  return [{ path: [...path, 'signingSecretEnv'], message }];
}

/** How they go together. A key that cannot be read was reported where it is. */
function ofSet(settings: KeySettings, path: (string | number)[]): Contradiction[] {
  const keys: BoundKey[] = [];
  for (const text of verificationKeysOf(settings)) {
    try {
      keys.push(parseBoundKey(text));
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
    }
  }
  if (keys.length === 0) return [];
  if (keys.length > MAX_VERIFICATION_KEYS && keys.every(({ source }) => source === null)) {
    const message = `makes ${keys.length} keys in all; at most ${MAX_VERIFICATION_KEYS} are accepted at the same time`;
    return [{ path, message }];
  }
  const fault = faultOf(() => checkKeySet(keys));
  return fault === null ? [] : [{ path, message: fault }];
}

function faultOf(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof SecretError) return error.message;
    throw error;
  }
}

function isMap(value: unknown): value is Place {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
