/**
 * The shipped handlers that `register.ts` leaves out, and so does a Worker: the variable that switches each on where it
 * is registered, and the two lines that do that in a module of one's own. Nothing of theirs is imported here.
 */
export const LEFT_OUT = [
  {
    handler: 'delete-objects',
    variable: 'S3_BUCKET',
    lines: [
      "import { registerDeleteObjects } from 'offhook/handlers/delete-objects';",
      'registerDeleteObjects(hooks, env);',
    ],
  },
] as const;
