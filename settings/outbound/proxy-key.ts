import * as z from 'zod';
import { expectedUnseen } from '../expected.ts';
import { type SecretSources, textOrPlace } from '../secret-source.ts';
import { section } from '../section.ts';
import { type HttpProxy, parseProxy, WANTED_PROXY } from './http-proxy.ts';
import type { ProxyChoice } from './proxy-rules.ts';

const WANTED = `${WANTED_PROXY}, { file: PATH } or { env: NAME } where its URL is, or none`;

/**
 * Schema of a key `proxy`: a URL, `none` (or false) for no proxy, or where the URL is, because one with a password does
 * not belong into a configuration file. Values are never shown.
 */
export function proxyKey(sources: SecretSources) {
  const place = section({
    file: sources.file(parseProxy).optional(),
    env: sources.variable(parseProxy).optional(),
  });
  const choice = z.unknown().transform((given, context): ProxyChoice => {
    if (given === false || given === 'none') return 'none';
    if (typeof given === 'string') return choose(parseProxy(given), context);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      context.addIssue(expectedUnseen(WANTED).error({ input: given }));
      return z.NEVER;
    }
    // Not a union: its message could not say which of the ways is at fault.
    const parsed = place.safeParse(given);
    if (!parsed.success) {
      context.issues.push(
        ...parsed.error.issues.map((issue) => ({ ...issue, input: given }) as z.core.$ZodRawIssue),
      );
      return z.NEVER;
    }
    const { file, env } = parsed.data;
    if ((file === undefined) === (env === undefined)) {
      context.addIssue(`expected ${WANTED}`);
      return z.NEVER;
    }
    return (file ?? env)?.reveal();
  });
  return choice
    .meta(
      textOrPlace(
        place,
        { type: 'string', examples: ['none', 'http://proxy.example.com:3128'] },
        { const: false },
      ),
    )
    .optional();
}

function choose(parsed: ReturnType<typeof parseProxy>, context: z.RefinementCtx): HttpProxy {
  if ('value' in parsed) return parsed.value;
  context.addIssue(parsed.fault);
  return z.NEVER;
}
