import type { RequestOptions } from 'node:https';
import type { User } from '@kubernetes/client-node';

/** Adds what lets a user in to a request; remembers what was fetched until it expires. */
export type UserAuthenticator = (options: RequestOptions) => Promise<void>;

/** As much of client-node's authenticators as is used. */
interface Authenticator {
  applyAuthentication(user: User, options: RequestOptions): Promise<void>;
}

/**
 * The authenticator of a user, loaded when it is first wanted and then kept with what it remembers. A token file goes
 * before `auth-provider`.
 */
export function authenticatorOnce(
  user: User,
  tokenFile: string | null,
): () => Promise<UserAuthenticator | null> {
  let loaded: Promise<UserAuthenticator | null> | null = null;
  return () => {
    loaded ??= createUserAuthenticator(tokenFile === null ? user : { ...user, authProvider: null });
    return loaded;
  };
}

/**
 * client-node's way of fetching credentials for this user, in the order in which it chooses. Each is loaded only for
 * a user who needs it: that of OpenID Connect brings a client of its own, and all of Kubernetes' generated models.
 *
 * @returns null for a user whose credentials stand in the kubeconfig.
 */
async function createUserAuthenticator(user: User): Promise<UserAuthenticator | null> {
  const authenticator = await authenticatorFor(user);
  return authenticator && ((options) => authenticator.applyAuthentication(user, options));
}

async function authenticatorFor({ authProvider, exec }: User): Promise<Authenticator | null> {
  const name = authProvider?.name;
  if (name === 'azure') {
    return new (await import('@kubernetes/client-node/dist/azure_auth.js')).AzureAuth();
  }
  if (name === 'gcp') {
    return new (await import('@kubernetes/client-node/dist/gcp_auth.js')).GoogleCloudPlatformAuth();
  }
  if (exec || name === 'exec' || authProvider?.config?.exec) {
    return new (await import('@kubernetes/client-node/dist/exec_auth.js')).ExecAuth();
  }
  if (name === 'oidc') {
    return new (await import('@kubernetes/client-node/dist/oidc_auth.js')).OpenIDConnectAuth();
  }
  return null;
}
