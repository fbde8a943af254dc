import type { Command, CommandGroup } from './command.ts';
import type { Option, Options } from './option.ts';
import { wrapText, wrapWords } from './wrap-text.ts';

const WIDTH = 100;
const HELP: Options = { help: { short: 'h', help: 'this text' } };

/**
 * The help text of a command, all of it from its declaration.
 *
 * @param path the words that lead to it: `offhook journal list`.
 */
export function commandHelp(path: string, command: Command): string {
  const { about, notes, examples = [], exitCodes } = command;
  return sections([
    usageText(path, command),
    wrapText(about, WIDTH),
    `Options:\n${optionList({ ...command.options, ...HELP })}`,
    notes === undefined ? '' : wrapText(notes, WIDTH),
    examples.length === 0 ? '' : `Examples:\n${examples.map((line) => `  ${line}`).join('\n')}`,
    exitCodeText(exitCodes),
  ]);
}

/** The help text of a group: what its commands are. */
export function groupHelp(path: string, { about, notes, commands, common }: CommandGroup): string {
  return sections([
    `Usage: ${path} COMMAND [OPTIONS]`,
    wrapText(about, WIDTH),
    `Commands:\n${columns(commands.map(({ name, summary }) => [name, summary]))}`,
    common === undefined ? '' : `${common.heading}:\n${optionList(common.options)}`,
    notes === undefined ? '' : wrapText(notes, WIDTH),
    `"${path} COMMAND --help" explains one of them.`,
  ]);
}

function sections(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function usageText(path: string, { usage, operands }: Command): string {
  const words = Object.values(operands).map(({ placeholder, optional }) =>
    optional === true ? `[${placeholder}]` : placeholder,
  );
  const lines = usage ?? [[...words, '[OPTIONS]'].join(' ')];
  return lines.map((line, index) => `${index === 0 ? 'Usage:' : '      '} ${path} ${line}`).join('\n');
}

function optionList(options: Options): string {
  return columns(Object.entries(options).map(([name, option]) => [label(name, option), explanation(option)]));
}

function label(name: string, option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${name}${option.kind === undefined ? '' : ` ${option.placeholder}`}`;
}

function explanation(option: Option): string {
  const fallback = option.kind === undefined ? undefined : option.default;
  return fallback === undefined ? option.help : `${option.help} (default ${fallback})`;
}

/** Two columns, the second one wrapped. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const left = Math.max(...rows.map(([first]) => first.length));
  const indent = ' '.repeat(left + 4);
  return rows
    .map(([first, second]) => {
      const lines = wrapWords(second, WIDTH - indent.length);
      return `  ${first.padEnd(left)}  ${lines.join(`\n${indent}`)}`;
    })
    .join('\n');
}

function exitCodeText(exitCodes: Readonly<Record<string, string>>): string {
  const ends = Object.entries(exitCodes).map(([code, when]) => `${code} ${when}`.trim());
  return wrapText(`Exit code: ${ends.join('; ')}.`, WIDTH);
}
