/**
 * The way to the cluster cannot be made out of what the user gave: a kubeconfig, context, file or plugin is
 * missing or wrong. The message says which, and what to do; it never holds a credential.
 */
export class ClusterAccessError extends Error {
  override readonly name = 'ClusterAccessError';
}
