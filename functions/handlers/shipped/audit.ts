import { HOOKS } from '../../../protocol/event/event-type.ts';
import { createAudit } from '../../audit/audit-handler.ts';
import type { Hooks } from '../../hooks/hooks.ts';
import type { HandlerEnvironment } from '../../hooks/register-handlers.ts';

/**
 * Registers `audit`, which records every event in the audit trail: what the page and `offhook audit` show. Without it
 * events are handled, and nobody can see them.
 */
export function registerAudit(hooks: Hooks, { audit, now }: Pick<HandlerEnvironment, 'audit' | 'now'>): void {
  hooks.on(HOOKS, {}, createAudit(audit, now), { name: 'audit', attempts: 20 });
}
