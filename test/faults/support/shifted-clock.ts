import { readFileSync } from 'node:fs';

/*
 * Loaded into a watcher's process with `node --import`: its wall clock is wrong by the milliseconds that stand in the
 * file CLOCK_OFFSET_FILE, at every moment anew. The monotonic clock stays as it is, as when somebody sets the time.
 */

const file = process.env.CLOCK_OFFSET_FILE ?? '';
const truth = Date.now;
Date.now = () => truth() + Number(readFileSync(file, 'utf8'));
