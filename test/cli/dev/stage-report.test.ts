import { expect, it } from 'vitest';
import { createStageReport } from '../../../cli/dev/stage-report.ts';
import { systemClock } from '../../../settings/ambient/clock.ts';
import { until } from '../../support/until.ts';

it('functions that Ctrl-C ended first are no failure of the command', async () => {
  const { lines, asked, look, progress } = brokenOff();
  const stop = progress.follow(look);
  await until('a look that failed', () => asked() === 1);
  await stop();
  expect(lines).toEqual([]);
});

it('functions that died by themselves are reported once', async () => {
  const { lines, asked, look, progress } = brokenOff();
  const stop = progress.follow(look);
  await until('the report', () => lines.length > 0);
  await stop();
  expect(lines).toEqual([expect.stringMatching(/do not answer any more/)]);
  expect(asked()).toBe(2);
});

function brokenOff() {
  const lines: string[] = [];
  let asked = 0;
  const look = async (): Promise<never> => {
    asked += 1;
    throw new Error('read ECONNRESET');
  };
  const progress = createStageReport({
    write: (line) => lines.push(line),
    clock: systemClock,
    colour: false,
  });
  return { lines, asked: () => asked, look, progress };
}
