import { hostname, userInfo } from 'node:os';

/** Who runs this, as the audit trail is told: `anna@laptop`. Nobody checks it. */
export function whoAsks(): string {
  return `${userName()}@${hostname()}`.slice(0, 200);
}

/** In a container its user may have no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
