import { Token } from 'aws-cdk-lib/core';
import type * as z from 'zod';
import { formatFaults } from '../../../settings/fault.ts';
import { schemaFaults } from '../../../settings/schema-faults.ts';
import { type AwsReceiverSettings, awsReceiverSchema } from './receiver-settings.ts';

/** A program has lines of its own. */
const NO_POSITION = { line: 1, column: 1 };

/** What may be left out is. */
type GivenSettings = z.input<ReturnType<typeof awsReceiverSchema>>;

/**
 * Holds what a program says to the rules of the settings file, and fills in the defaults. Texts that only AWS will know
 * are taken as they are.
 *
 * @param whose what the faults are said to be of.
 * @throws Error with all faults.
 */
export function checkProps(given: GivenSettings, whose: string): AwsReceiverSettings {
  const parsed = awsReceiverSchema((text) => Token.isUnresolved(text)).safeParse(given);
  if (parsed.success) return parsed.data;
  const places = { file: whose, locate: () => NO_POSITION, overrides: [] };
  const faults = schemaFaults(parsed.error, places).map(({ file, path, message }) => ({
    file,
    path,
    message,
  }));
  throw new Error(formatFaults(faults));
}
