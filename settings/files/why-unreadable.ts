const REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EACCES', 'permission denied; this process needs to read the file'],
  ['EPERM', 'permission denied; this process needs to read the file'],
  ['EISDIR', 'is a directory, not a file'],
  ['ETIMEDOUT', 'gave no end within five seconds; is it a pipe that nobody writes to?'],
  ['ENXIO', 'is no file that can be read'],
  ['ENAMETOOLONG', 'the file name is too long'],
]);

/** Why a file cannot be read, for behind its name and a colon; `code` as `node:fs` has it, such as `ENOENT`. */
export function whyUnreadable(code: string | undefined): string {
  return REASONS.get(code ?? '') ?? `cannot be read${code === undefined ? '' : ` (${code})`}`;
}
