import type { Clock } from '../../../settings/ambient/clock.ts';
import { createWriter } from '../../../watcher/journal/database/writer.ts';
import { createHurry, type Hurry } from '../../../watcher/journal/operations/hurry-deliveries.ts';
import { openBeside } from '../../../watcher/journal/operations/open-beside.ts';
import { createReplay, type Replay } from '../../../watcher/journal/operations/replay-deliveries.ts';

/** As `offhook journal retry` and `replay` do it beside a running watcher; it hears of it with its next look. */
export function hurryBeside(
  directory: string,
  clock: Clock,
  work: (hurry: Hurry, replay: Replay) => void,
): void {
  const { database, file, close } = openBeside(directory, 'write');
  try {
    const writer = createWriter(database, file, clock);
    work(createHurry(database, writer, clock.nowMs), createReplay(database, writer, clock.nowMs));
  } finally {
    close();
  }
}
