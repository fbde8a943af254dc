import { forgetSamples } from './sample-events.ts';

/** Runs before each file of tests that shares its modules with others. */
forgetSamples();
