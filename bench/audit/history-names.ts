/** How the sample history names things, by the index of a record, for whoever asks about it. */

const FIRST_MS = Date.UTC(2026, 0, 1);
/** A million records are some thirty days. */
const STEP_MS = 2_500;

export const podName = (index: number): string => `web-${index}`;
export const eventId = (index: number): string => `evt_${String(index).padStart(36, 'a')}`;
export const momentMs = (index: number): number => FIRST_MS + index * STEP_MS;
/** Every tenth record is a run; the one before it is its event. */
export const isRun = (index: number): boolean => index % 10 === 9;
