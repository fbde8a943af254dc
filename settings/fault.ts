/** What the operator's environment is called where a file name would stand. */
export const ENVIRONMENT = 'environment';

/** How many are told, at most. */
export const SHOWN_FAULTS = 50;

/**
 * One thing wrong with the configuration.
 *
 * @property file the file as it was named, or `environment`.
 * @property line 1-based; absent for the environment and for a file that could not be read.
 * @property column 1-based, in UTF-16 units.
 * @property path where in the document, for example `subscriptions[0].url`; the variable's name for the
 *   environment; empty for the document as a whole.
 * @property message what was expected and what to do; never a secret or a URL.
 */
export type ConfigFault = {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly path: string;
  readonly message: string;
};

/**
 * Faults as lines for people: `offhook.yaml:7:3 subscriptions[0].webook: unknown key; …`. At most 50 lines,
 * then their number.
 */
export function formatFaults(faults: readonly ConfigFault[]): string {
  const lines = faults.slice(0, SHOWN_FAULTS).map(formatFault);
  const hidden = faults.length - lines.length;
  return [...lines, ...(hidden > 0 ? [`… and ${hidden} more`] : [])].join('\n');
}

function formatFault({ file, line, column, path, message }: ConfigFault): string {
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}

/** Keys and indexes as people write them: `subscriptions[0].url`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** Faults in reading order, those without a line (the environment) last. */
export function inReadingOrder(faults: readonly ConfigFault[]): ConfigFault[] {
  const last = Number.MAX_SAFE_INTEGER;
  return faults.toSorted(
    (a, b) => (a.line ?? last) - (b.line ?? last) || (a.column ?? last) - (b.column ?? last),
  );
}
