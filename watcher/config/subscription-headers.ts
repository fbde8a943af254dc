import * as z from 'zod';
import { expected, expectedUnseen } from '../../settings/expected.ts';
import type { Secret } from '../../settings/secret.ts';
import type { SecretSources } from '../../settings/secret-source.ts';
import { section } from '../../settings/section.ts';
import {
  HEADER_NAME_PATTERN,
  HEADER_VALUE_PATTERN,
  HEADERS,
  isReservedHeader,
} from './subscription-bounds.ts';
import { createSubscriptionSecrets } from './subscription-secrets.ts';

const { listed, longestName, longestValue } = HEADERS;

/** What is sent with each event. A value that is a secret stands in a file or a variable. */
export type ConfiguredHeader = { readonly name: string; readonly value: string | Secret<string> };

/** The key `headers` of a webhook. */
export function subscriptionHeaders(sources: SecretSources) {
  return z
    .array(
      header(sources),
      expectedUnseen('a list of headers, each with name and value, valueFile or valueEnv'),
    )
    .min(1, { error: 'is empty; leave it out' })
    .max(listed, { error: `expected at most ${listed} headers` })
    .superRefine((headers, context) => {
      const names = headers.map(({ name }) => name.toLowerCase());
      names.forEach((name, index) => {
        if (names.indexOf(name) < index)
          context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is listed twice' });
      });
    });
}

function header(sources: SecretSources) {
  const secrets = createSubscriptionSecrets(sources);
  const name = expected(`the name of a header: at most ${longestName} letters, digits and "-"`);
  const value = expectedUnseen(`at most ${longestValue} characters of printable ASCII`);
  const shape = {
    name: z
      .string(name)
      .max(longestName, name)
      .regex(HEADER_NAME_PATTERN, name)
      .refine((text) => !isReservedHeader(text), {
        error: 'is set by Offhook or by the connection, and cannot be given here',
      }),
    value: z.string(value).max(longestValue, value).regex(HEADER_VALUE_PATTERN, value).optional(),
    valueFile: secrets.headerValueFile().optional(),
    valueEnv: secrets.headerValueEnv().optional(),
  };
  return section(shape, { file: 'valueFile', env: 'valueEnv', secret: 'valueFile' }).transform(
    ({ name: given, ...places }, context): ConfiguredHeader => {
      const [found, ...more] = Object.values(places).filter((each) => each !== undefined);
      if (found !== undefined && more.length === 0) return { name: given, value: found };
      context.addIssue('needs exactly one of value, valueFile and valueEnv');
      return z.NEVER;
    },
  );
}
