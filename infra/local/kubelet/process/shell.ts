/**
 * The few commands the process model understands, each as it acts on a container's clock, files and output.
 *
 * Anything else is `forever`: it runs until it is killed. That is the honest guess for a server, and the only one
 * that never invents an exit code.
 */
export type ShellCommand =
  | { kind: 'sleep'; ms: number }
  | { kind: 'exit'; code: number }
  | { kind: 'touch' | 'remove' | 'read'; path: string }
  | { kind: 'print'; text: string; path: string | undefined }
  | { kind: 'trap'; code: number }
  | { kind: 'loop'; body: ShellCommand[] }
  | { kind: 'forever' };

/** A program to run as a container's main process or inside it. */
export type Program = {
  commands: ShellCommand[];
  /**
   * What PID 1 does on SIGTERM when no trap is set. A shell or a bare command as PID 1 has no handler, so the kernel
   * drops the signal; an image's own entry point is taken to end with exit code 0.
   */
  onTerm: 'ignore' | 'exit';
};

const SHELLS = new Set(['sh', '/bin/sh', 'bash', '/bin/bash', '/bin/ash']);

/**
 * Reads a container's command line; an empty one is the image's own entry point.
 *
 * Understood: `sleep N`, `exit N`, `true`, `false`, `touch F`, `rm [-f] F`, `cat F`, `echo WORDS [> F]`,
 * `trap 'exit N' TERM`, `while true; do …; done`, and sequences of these in `sh -c`.
 */
export function parseProgram(argv: string[]): Program {
  const [program, flag, script] = argv;
  if (program === undefined) return { commands: [{ kind: 'forever' }], onTerm: 'exit' };
  if (SHELLS.has(program)) {
    const commands: ShellCommand[] =
      flag === '-c' && script !== undefined ? parseScript(script) : [{ kind: 'forever' }];
    return { commands, onTerm: 'ignore' };
  }
  const command = parseCommand(argv.map((text) => ({ text, quoted: true })));
  return { commands: [command], onTerm: command.kind === 'forever' ? 'exit' : 'ignore' };
}

type Word = { text: string; quoted: boolean };

/** Splits a script at `;`, newlines and `&&`-free words; quotes keep their contents together. */
function parseScript(script: string): ShellCommand[] {
  const statements: Word[][] = [[]];
  const pattern = /'([^']*)'|"([^"]*)"|([;\n])|(>)|([^\s;'">]+)/g;
  for (const [, single, double, separator, redirect, bare] of script.matchAll(pattern)) {
    if (separator) statements.push([]);
    else if (single !== undefined || double !== undefined) {
      statements.at(-1)?.push({ text: single ?? double ?? '', quoted: true });
    } else statements.at(-1)?.push({ text: redirect ?? bare ?? '', quoted: false });
  }
  return parseBlock(statements.filter((words) => words.length > 0)).commands;
}

function parseBlock(statements: Word[][]): { commands: ShellCommand[]; rest: Word[][] } {
  const commands: ShellCommand[] = [];
  let rest = statements;
  while (rest.length > 0) {
    const [words = [], ...following] = rest;
    rest = following;
    if (words[0]?.text === 'done' && !words[0].quoted) break;
    if (isLoopHead(words)) {
      const body = parseBlock(withoutDo(rest));
      commands.push({ kind: 'loop', body: body.commands });
      rest = body.rest;
    } else commands.push(parseCommand(words));
  }
  return { commands, rest };
}

function isLoopHead(words: Word[]): boolean {
  const text = words.map((word) => word.text).join(' ');
  return text === 'while true' || text === 'while :';
}

function withoutDo(statements: Word[][]): Word[][] {
  const [first = [], ...following] = statements;
  if (first[0]?.text !== 'do') return statements;
  return first.length > 1 ? [first.slice(1), ...following] : following;
}

function parseCommand(words: Word[]): ShellCommand {
  const [name, ...args] = words.map((word) => word.text);
  const [first = '', second] = args;
  switch (name?.replace(/^\/(usr\/)?bin\//, '')) {
    case 'sleep':
      return duration(first) ?? { kind: 'forever' };
    case 'exit':
      return /^\d{0,3}$/.test(first) ? { kind: 'exit', code: Number(first) % 256 } : { kind: 'forever' };
    case 'true':
    case ':':
      return { kind: 'print', text: '', path: undefined };
    case 'false':
      return { kind: 'exit', code: 1 };
    case 'touch':
      return { kind: 'touch', path: first };
    case 'rm':
      return { kind: 'remove', path: args.at(-1) ?? '' };
    case 'cat':
      return { kind: 'read', path: first };
    case 'echo':
      return printed(words.slice(1));
    case 'trap': {
      const code = /^exit (\d{1,3})$/.exec(first)?.[1];
      return code !== undefined && second === 'TERM'
        ? { kind: 'trap', code: Number(code) }
        : { kind: 'forever' };
    }
    default:
      return { kind: 'forever' };
  }
}

function printed(words: Word[]): ShellCommand {
  const redirect = words.findIndex((word) => word.text === '>' && !word.quoted);
  const shown = redirect < 0 ? words : words.slice(0, redirect);
  const path = redirect < 0 ? undefined : words[redirect + 1]?.text;
  return { kind: 'print', text: `${shown.map((word) => word.text).join(' ')}\n`, path };
}

function duration(text: string): ShellCommand | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2] ?? ''] ?? 1;
  return { kind: 'sleep', ms: Math.round(Number(match[1]) * unit * 1000) };
}
