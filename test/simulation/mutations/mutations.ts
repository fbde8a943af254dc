import type { Mutation } from '../mutation.ts';
import { BELIEVING_MUTATIONS } from './believing-mutations.ts';
import { CONCLUDING_MUTATIONS } from './concluding-mutations.ts';
import { DELIVERING_MUTATIONS } from './delivering-mutations.ts';
import { READING_MUTATIONS } from './reading-mutations.ts';
import { RESUMING_MUTATIONS } from './resuming-mutations.ts';
import { SCOPING_MUTATIONS } from './scoping-mutations.ts';
import { STORING_MUTATIONS } from './storing-mutations.ts';

/** Every mistake that the validators must be able to see. */
export const MUTATIONS: readonly Mutation[] = [
  ...READING_MUTATIONS,
  ...RESUMING_MUTATIONS,
  ...SCOPING_MUTATIONS,
  ...BELIEVING_MUTATIONS,
  ...CONCLUDING_MUTATIONS,
  ...STORING_MUTATIONS,
  ...DELIVERING_MUTATIONS,
];
