import { basename } from 'node:path';

/** What it is called on the command line. */
export type ProgramName = 'offhook' | 'kubectl offhook';

/** @param script the file that node runs, `process.argv[1]`: a plugin of kubectl is called so. */
export function programName(script: string | undefined): ProgramName {
  return /^kubectl-offhook(\.\w+)?$/.test(basename(script ?? '')) ? 'kubectl offhook' : 'offhook';
}

/** Flags of kubectl that ours have, too, with a value and without. */
const WITH_VALUE = ['--namespace', '-n', '--context', '--kubeconfig', '--server'];
const ALONE = ['--all-namespaces', '-A'];

/**
 * Arguments in the order that commands take them. kubectl hands its plugin all that stands behind the plugin's name:
 * `kubectl offhook -n shop subscription list` is what somebody writes who has been told that flags go there.
 */
export function behindCommand(argv: readonly string[]): readonly string[] {
  const [flag, value, ...rest] = argv;
  if (flag === undefined) return argv;
  if (ALONE.includes(flag) || WITH_VALUE.some((name) => flag.startsWith(`${name}=`)))
    return [...behindCommand(argv.slice(1)), flag];
  if (value !== undefined && WITH_VALUE.includes(flag)) return [...behindCommand(rest), flag, value];
  return argv;
}

/** A help text in which what is to be typed begins with the name that the program was called by. */
export function calledSo(help: string, program: ProgramName): string {
  return help.replace(/(?<=^ *|")offhook (?=[a-z])/gm, `${program} `);
}
