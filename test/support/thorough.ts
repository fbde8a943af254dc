/**
 * Whether suites that repeat one thing in many ways take all of them: `OFFHOOK_THOROUGH=1`. Otherwise they take some of
 * each kind, so that continuous integration stays below half an hour.
 */
export const THOROUGH: boolean = process.env.OFFHOOK_THOROUGH === '1';

/** All of them where that is asked for, else the first and each `step`-th after it. */
export function sampled<Case>(cases: readonly Case[], step: number): readonly Case[] {
  return THOROUGH ? cases : cases.filter((_, at) => at % step === 0);
}
