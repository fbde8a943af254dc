import { type ConfigFault, ENVIRONMENT } from '../../settings/fault.ts';
import { nearest } from '../../settings/nearest.ts';
import type { Environment, Override } from '../../settings/overrides.ts';

type Overrides = {
  readonly overrides: readonly Override[];
  readonly faults: readonly ConfigFault[];
  readonly warnings: readonly string[];
};

const VARIABLES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  OFFHOOK_CLUSTER: ['cluster'],
  OFFHOOK_LOG_LEVEL: ['log', 'level'],
  OFFHOOK_DATA_DIR: ['dataDir'],
  OFFHOOK_PORT: ['listen', 'port'],
  OFFHOOK_NODE: ['watch', 'node'],
};

/** Old names, which still work. */
const FORMER: Readonly<Record<string, string>> = { OFFHOOK_JOURNAL_DIR: 'OFFHOOK_DATA_DIR' };

/** Reads the variables that override keys of the file. One that is set but empty is a fault, not "unset". */
export function readOverrides(environment: Environment): Overrides {
  const overrides: Override[] = [];
  const { env, warnings, faults } = underNewNames(environment);
  for (const [variable, path] of Object.entries(VARIABLES)) {
    const value = env[variable];
    if (value === undefined) continue;
    if (value.trim() === '') {
      const message = 'is set but empty; give it a value or unset it';
      faults.push({ file: ENVIRONMENT, path: variable, message });
    } else if (isServiceLink(variable, value)) {
      warnings.push(`${variable} was set by Kubernetes for a Service called "offhook" and is ignored`);
    } else {
      overrides.push({ path, variable, value: asValue(variable, value) });
    }
  }
  return { overrides, faults, warnings };
}

/** A variable that only has its old name gets the new one, with a word about it; both at once is a fault. */
function underNewNames(given: Environment) {
  const env = { ...given };
  const faults: ConfigFault[] = [];
  const warnings: string[] = [];
  for (const [was, now] of Object.entries(FORMER)) {
    if (given[was] === undefined) continue;
    delete env[was];
    if (given[now] === undefined) {
      env[now] = given[was];
      warnings.push(`${was} -> ${now}: the old name still works`);
    } else {
      const message = `is called ${now} now, which is set too; unset this one`;
      faults.push({ file: ENVIRONMENT, path: was, message });
    }
  }
  return { env, faults, warnings: [...warnings, ...misspelled(env)] };
}

/**
 * Kubernetes injects `<SERVICE>_PORT=tcp://…` for every Service of the namespace: with one called `offhook`
 * this is not the operator's word.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function isServiceLink(variable: string, value: string): boolean {
  return variable === 'OFFHOOK_PORT' && /^(tcp|udp|sctp):\/\//.test(value);
}

function asValue(variable: string, value: string): unknown {
  return variable === 'OFFHOOK_PORT' && /^\d+$/.test(value) ? Number(value) : value;
}

function misspelled(env: Environment): string[] {
  const known = Object.keys(VARIABLES);
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('OFFHOOK_') || known.includes(name)) return [];
    const near = nearest(name, known);
    return near === undefined || editedPrefix(name, near)
      ? []
      : [`${name} is not used; did you mean ${near}?`];
  });
}

/** Half of a short name can differ within the allowed third, because all share the prefix: ask for more. */
function editedPrefix(name: string, near: string): boolean {
  return nearest(name.slice('OFFHOOK_'.length), [near.slice('OFFHOOK_'.length)]) === undefined;
}
