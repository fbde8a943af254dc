import { domainToASCII } from 'node:url';
import * as z from 'zod';
import { expected, expectedUnseen } from '../../expected.ts';
import { flag, wholeNumber } from '../../scalar.ts';
import { section } from '../../section.ts';
import { parseCidr } from './cidr.ts';
import { type EgressRules, OPEN_PORTS } from './create-guard.ts';
import { isHostName } from './destination.ts';

const MOST_PORTS = 32;
const MOST_BLOCKS = 256;
const MOST_ALLOWANCES = 256;
const MOST_HOSTS = 64;

const WANTED_BLOCK = 'a block of addresses, such as 10.0.0.0/8 or fd00::/8';
const WANTED_HOST = 'the name of a host, such as hooks.example.com, or *.example.com for those below it';

/**
 * Schema of a key `egress`: where requests may go whose URLs somebody else than the operator has written.
 *
 * @param namespaces the schema of the key that says whose requests are meant, where there are any.
 */
export function egressKey<N extends z.ZodRawShape>(namespaces: N) {
  const allowance = section(
    {
      ...namespaces,
      hosts: listOf(hostPattern(), 'hosts', MOST_HOSTS).optional(),
      cidrs: listOf(block(), 'blocks of addresses', MOST_HOSTS).optional(),
      ports: ports().optional(),
      allowHttp: flag().default(false),
    },
    {
      namespace: 'namespaces',
      host: 'hosts',
      names: 'hosts',
      cidr: 'cidrs',
      addresses: 'cidrs',
      port: 'ports',
      http: 'allowHttp',
    },
  ).superRefine(
    (value, context) => {
      const { hosts, cidrs } = value as { readonly hosts?: unknown; readonly cidrs?: unknown };
      if (hosts === undefined && cidrs === undefined) {
        context.addIssue('needs hosts or cidrs: what is opened besides the public Internet');
      }
    },
    { when: ({ value }) => typeof value === 'object' && value !== null && !Array.isArray(value) },
  );
  return section(
    {
      ports: ports().default([...OPEN_PORTS]),
      deny: listOf(block(), 'blocks of addresses', MOST_BLOCKS).default([]),
      allow: listOf(allowance, 'what is opened', MOST_ALLOWANCES).default([]),
      proxyEnforces: flag().default(false),
    },
    {
      port: 'ports',
      denied: 'deny',
      deniedCidrs: 'deny',
      cidrs: 'deny',
      allowed: 'allow',
      proxy: 'proxyEnforces',
    },
  );
}

type ParsedEgress = {
  readonly ports: readonly number[];
  readonly deny: readonly string[];
  readonly allow: readonly {
    readonly namespaces?: readonly string[];
    readonly hosts?: readonly string[] | undefined;
    readonly cidrs?: readonly string[] | undefined;
    readonly ports?: readonly number[] | undefined;
    readonly allowHttp: boolean;
  }[];
  readonly proxyEnforces: boolean;
};

/** What the guard is made from. */
export function toEgressRules({ ports, deny, allow, proxyEnforces }: ParsedEgress): EgressRules {
  return {
    ports,
    deniedCidrs: deny,
    proxyEnforces,
    allow: allow.map(({ namespaces, hosts, cidrs, ports: own, allowHttp }) => ({
      ...(namespaces && { namespaces }),
      ...(hosts && { hosts }),
      ...(cidrs && { cidrs }),
      ...(own && { ports: own }),
      allowHttp,
    })),
  };
}

function ports() {
  return listOf(wholeNumber(1, 65_535), 'ports', MOST_PORTS).min(1, {
    error: 'the empty list opens no port; leave the key out for the usual ones',
  });
}

function listOf<T extends z.ZodType>(item: T, what: string, most: number) {
  return z
    .array(item, expectedUnseen(`a list of ${what}`))
    .max(most, { error: `expected at most ${most} in this list of ${what}` });
}

function block() {
  const params = expected(WANTED_BLOCK);
  return z
    .string(params)
    .max(64, params)
    .refine((text) => parseCidr(text) !== undefined, params)
    .meta({ maxLength: 64, examples: ['10.0.0.0/8'] });
}

function hostPattern() {
  const params = expected(WANTED_HOST);
  return z
    .string(params)
    .max(253, params)
    .superRefine((text, context) => {
      if (parseCidr(text) !== undefined) context.addIssue('is an address: put it under cidrs');
      else if (asciiPattern(text) === undefined) context.addIssue(params.error({ input: text }));
    })
    .meta({ maxLength: 253, examples: ['hooks.example.com', '*.example.com'] })
    .transform((text) => asciiPattern(text) ?? text);
}

/** As the URL parser writes hosts: lower case, IDN in ASCII. */
function asciiPattern(text: string): string | undefined {
  const [, below = '', name = ''] = /^(\*\.)?(.*)$/s.exec(text) ?? [];
  const ascii = domainToASCII(name);
  return isHostName(ascii) && parseCidr(ascii) === undefined ? below + ascii : undefined;
}
