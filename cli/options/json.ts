import type { Flag } from '../command/option.ts';

/** `--json` of a command that prints one thing. */
export const JSON_OBJECT = { help: 'one JSON object' } as const satisfies Flag;

/** `--json` of a command that does something. */
export const JSON_RESULT = { help: 'the result as one JSON object' } as const satisfies Flag;

/** `--json` of a command that prints many things. */
export const JSON_LINES = { help: 'one JSON object a line' } as const satisfies Flag;
