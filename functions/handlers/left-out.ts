/**
 * The shipped handlers that `register.ts` leaves out, and so does a Worker: the variable that switches each on where it
 * is registered, and the two lines that do that. Nothing of theirs is imported here.
 */
export const LEFT_OUT = [
  {
    handler: 'delete-objects',
    variable: 'S3_BUCKET',
    lines: [
      "import { registerDeleteObjects } from './shipped/delete-objects.ts';",
      'registerDeleteObjects(hooks, env);',
    ],
  },
] as const;
