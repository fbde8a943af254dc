import type { CommandGroup } from '../command/command.ts';
import { handlersListCommand } from './handlers-list-command.ts';
import { handlersRerunCommand } from './handlers-rerun-command.ts';
import { WHICH_RECEIVER } from './which-receiver.ts';

/** `offhook handlers …` */
export const handlersCommands: CommandGroup = {
  name: 'handlers',
  summary: 'list handlers that gave up, and run them again',
  about:
    'Looks for handlers of a receiver that have used up their attempts, and runs them again, many at once.',
  commands: [handlersListCommand, handlersRerunCommand],
  common: { heading: 'Which receiver, one of --data-dir and --url', options: WHICH_RECEIVER },
};
