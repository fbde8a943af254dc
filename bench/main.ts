import { fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { messageOf } from '../settings/ambient/describe-error.ts';
import type { Figure } from './figure.ts';
import { formatTable } from './format-table.ts';
import { ROWS, type Row } from './rows.ts';

const HELP = `Usage: npm run bench -- [OPTIONS]

Measures the watcher, every figure beside its floor of the same run, and prints one table. Takes about
ten minutes. Other work on the machine disturbs it: compare ratios, not rates.

Options:
  --only NAME       measure this row; can be given several times
  --json            print JSON instead of a table
  --rounds N        repeat each measurement N times, the median counts (default 5)
  --records N       how long the audit trail of the row "audit" is (default 1000000: some GB on disk, some minutes)
  --seconds N       how long changes come in the row "memory" (default 10)
  --directory DIR   where the journals go; must be on a real disk (default ${tmpdir()})
  --help            this text

Rows:
${ROWS.map(({ name, summary }) => `  ${name.padEnd(15)} ${summary}`).join('\n')}
`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      records: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '10' },
      directory: { type: 'string', default: tmpdir() },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = values.only?.find((name) => !ROWS.some((row) => row.name === name));
  if (unknown !== undefined) throw new Error(`no row is called "${unknown}"; there are ${names()}`);
  if (!/^[1-9]\d?$/.test(values.rounds))
    throw new Error(`--rounds: expected 1 to 99, got "${values.rounds}"`);
  if (!/^[1-9]\d{3,6}$/.test(values.records)) {
    throw new Error(`--records: expected 1000 to 9999999, got "${values.records}"`);
  }
  if (!/^[1-9]\d{0,3}$/.test(values.seconds))
    throw new Error(`--seconds: expected 1 to 9999, got "${values.seconds}"`);
  const rows = ROWS.filter(({ name, onlyByName }) => values.only?.includes(name) ?? onlyByName !== true);
  const figures: Figure[] = [];
  for (const row of rows) {
    if (process.stderr.isTTY) process.stderr.write(`measuring ${row.name} ...\n`);
    figures.push(...(await runRow(row, values)));
  }
  process.stdout.write(`${values.json ? JSON.stringify(figures, null, 2) : formatTable(figures)}\n`);
  return 0;
}

function names(): string {
  return ROWS.map(({ name }) => name).join(', ');
}

/** In a process of its own, see run-row.ts. */
async function runRow(
  { name }: Row,
  settings: Readonly<Record<'rounds' | 'records' | 'seconds' | 'directory', string>>,
): Promise<readonly Figure[]> {
  const { rounds, records, seconds, directory } = settings;
  const sizes = ['--rounds', rounds, '--records', records, '--seconds', seconds];
  const args = [name, ...sizes, '--directory', directory];
  const child = fork(new URL('./run-row.ts', import.meta.url), args);
  let figures: readonly Figure[] | null = null;
  child.once('message', (message) => {
    figures = message as readonly Figure[];
  });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0 || figures === null)
    throw new Error(`the row ${name} could not be measured (exit code ${code})`);
  return figures;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`bench: ${messageOf(error)}\n`);
  process.exitCode = 2;
}
