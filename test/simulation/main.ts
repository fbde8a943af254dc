import { parseArgs } from 'node:util';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { generatePlan } from './generate-plan.ts';
import type { Mutation } from './mutation.ts';
import { MUTATIONS } from './mutations/mutations.ts';
import { describeFailure } from './report.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

const HELP = `Runs the watcher in simulated worlds: a seeded history of Pods, faults and crashes, in virtual time.

npm run simulate -- [--seeds N] [--from S]

  --seeds N     how many seeds (default 200)
  --from S      the first seed (default 1)
  --mutation M  put a mistake of the mutation list into the watcher
  --keep-going  do not stop at the first seed that fails
  --trace       print what happens in each world
  --help        this text

A seed that fails is made as small as possible and printed with all that happened. Exit code 1 when one failed, 2
for a wrong option. See docs/simulation.md.
`;

type Options = {
  readonly seeds: number;
  readonly from: number;
  readonly keepGoing: boolean;
  readonly trace: boolean;
  readonly mutation: Mutation | null;
};

/** @returns the exit code. */
async function main(parameters: string[], print: (text: string) => void): Promise<number> {
  const options = readOptions(parameters);
  if (typeof options === 'string') {
    print(options);
    return options === HELP ? 0 : 2;
  }
  const { seeds, from, keepGoing, trace, mutation } = options;
  const mistake = mutation === null ? {} : { mutation };
  const startedMs = performance.now();
  let events = 0;
  let done = 0;
  const failed: number[] = [];
  for (let seed = from; seed < from + seeds && (keepGoing || failed.length === 0); seed += 1) {
    const plan = generatePlan(seed);
    const result = await simulate(plan, { trace, ...mistake });
    for (const line of result.trace) print(`${line}\n`);
    events += result.history.arrivals.length;
    done += 1;
    if (result.violations.length > 0) {
      failed.push(seed);
      const smallest = await shrink(plan, mistake);
      print(`${describeFailure(smallest, await simulate(smallest, { trace: true, ...mistake }))}\n`);
    }
    if (done % 100 === 0) print(`${done} of ${seeds} seeds, ${failed.length} failed\n`);
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  print(`${done} seeds from ${from} in ${seconds} s, ${events} deliveries, ${failed.length} failed`);
  print(failed.length > 0 ? `: ${failed.join(', ')}\n` : '\n');
  return failed.length > 0 ? 1 : 0;
}

function readOptions(args: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        seeds: { type: 'string', default: '200' },
        from: { type: 'string', default: '1' },
        'keep-going': { type: 'boolean', default: false },
        trace: { type: 'boolean', default: false },
        mutation: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return HELP;
    const [seeds, from] = [Number(values.seeds), Number(values.from)];
    if (!Number.isSafeInteger(seeds) || seeds < 1)
      return `--seeds: expected a number above 0, got ${values.seeds}\n`;
    if (!Number.isSafeInteger(from) || from < 0)
      return `--from: expected a whole number, got ${values.from}\n`;
    const mutation = MUTATIONS.find(({ name }) => name === values.mutation) ?? null;
    if (values.mutation !== undefined && mutation === null)
      return `--mutation: there is no ${values.mutation}; there are ${MUTATIONS.map(({ name }) => name).join(', ')}\n`;
    return { seeds, from, keepGoing: values['keep-going'], trace: values.trace, mutation };
  } catch (error) {
    return `${messageOf(error)}\nTry --help.\n`;
  }
}

process.exitCode = await main(process.argv.slice(2), (text) => void process.stdout.write(text));
