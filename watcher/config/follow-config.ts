import type { Clock } from '../../settings/ambient/clock.ts';
import { every } from '../../settings/ambient/every.ts';
import type { ConfigSource } from './config-source.ts';

const LOOK_EVERY_MS = 10_000;
/** A file that is being written is not read before it has been left alone for so long … */
const STILL_MS = 1_000;
/** … unless that never happens. */
const MOST_LOOKS = 10;

/**
 * Says when the configuration, or a file that it names, has changed: within about ten seconds, once it is still.
 *
 * @param onChange must not throw.
 * @returns ends it.
 */
export function followConfig(deps: {
  readonly source: Pick<ConfigSource, 'look'>;
  readonly clock: Clock;
  readonly onChange: () => void;
}): () => void {
  const { source, clock, onChange } = deps;
  let stopped = false;
  let noticed: string | null = null;
  let looks = 0;

  async function look(): Promise<void> {
    const seen = await source.look();
    if (stopped) return;
    looks = seen === null ? 0 : looks + 1;
    const isReady = seen !== null && (seen === noticed || looks >= MOST_LOOKS);
    noticed = isReady ? null : seen;
    if (!isReady) return;
    looks = 0;
    onChange();
  }

  const end = every(clock, () => (noticed === null ? LOOK_EVERY_MS : STILL_MS), look);
  return () => {
    stopped = true;
    end();
  };
}
