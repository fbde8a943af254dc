import type { AuditTrail } from '../timeline/audit-entry.ts';
import type { Hooks } from './hooks.ts';

/**
 * What handlers are built from.
 *
 * @property vars the platform's variables: `wrangler.toml` and secrets on Workers, the environment on Lambda, the
 *   configuration on Node.
 * @property now milliseconds since the epoch.
 * @property larger shipped handlers that not every bundle holds, where the platform brings them along all the same: on
 *   Node and Lambda.
 */
export type HandlerEnvironment = {
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly audit: AuditTrail;
  readonly now: () => number;
  readonly larger?: readonly RegisterShipped[];
};

/** Registers a shipped handler, where its variables ask for it. */
export type RegisterShipped = (hooks: Hooks, env: HandlerEnvironment) => void;

/** What an entry is given to register handlers with. Nothing is handled before it has ended. */
export type RegisterHandlers = (hooks: Hooks, env: HandlerEnvironment) => void | Promise<void>;
