import type { CommandGroup } from '../command/command.ts';
import { auditExportCommand } from './audit-export-command.ts';
import { auditListCommand } from './audit-list-command.ts';
import { auditVerifyCommand } from './audit-verify-command.ts';
import { WHICH_AUDIT } from './which-audit.ts';

/** `offhook audit …` */
export const auditCommands: CommandGroup = {
  name: 'audit',
  summary: 'verify, list and export the audit trail of a receiver',
  about: 'Looks into the audit trail of a receiver and checks that nobody changed it. Never writes.',
  commands: [auditVerifyCommand, auditListCommand, auditExportCommand],
  common: { heading: 'Which audit trail, one of --data-dir, --url and --file', options: WHICH_AUDIT },
};
