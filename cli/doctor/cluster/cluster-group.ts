/** What the checks of this folder are listed under. */
export const API_SERVER_GROUP = 'API server';

/** Where something was found, before what was found. @param namespace null: the whole cluster. */
export function inNamespace(namespace: string | null, found: string): string {
  return namespace === null ? found : `in the namespace ${namespace}: ${found}`;
}
