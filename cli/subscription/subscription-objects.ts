import type { ApiClient } from '../../watcher/source/api/call-api.ts';
import { collectionPath } from '../../watcher/source/api/collection-path.ts';
import type { Ending } from '../../watcher/source/api/ending.ts';
import { getJson } from '../../watcher/source/api/get-json.ts';
import { listPages } from '../../watcher/source/api/list-pages.ts';
import { canI, describePermission, type Permission } from '../../watcher/source/api/permission.ts';
import { sendWrite } from '../../watcher/source/api/send-write.ts';
import {
  SUBSCRIPTION_API,
  SUBSCRIPTION_API_VERSION,
  SUBSCRIPTION_KINDS,
} from '../../watcher/subscriptions/spec/subscription-kind.ts';
import { SubscriptionError } from './subscription-error.ts';
import {
  readSubscriptionRecord,
  type SubscriptionPlace,
  type SubscriptionRecord,
  type SubscriptionScope,
} from './subscription-record.ts';

/** For an answer to begin, and again for it to end. */
const DEADLINE_MS = 15_000;
/** Ten times what a journal can hold. */
const MOST_LISTED = 10_000;

/**
 * The objects that subscribe, with the rights of whoever runs the command.
 *
 * All throw a {@link SubscriptionError} that says what is missing: the kinds, a right, the server.
 */
export interface SubscriptionObjects {
  list(scope: SubscriptionScope): Promise<readonly SubscriptionRecord[]>;
  /** @returns null: there is none, but its kind is known. */
  get(place: SubscriptionPlace): Promise<SubscriptionRecord | null>;
  /** Merges into the object (RFC 7386). @returns whether it is there. */
  merge(place: SubscriptionPlace, patch: Readonly<Record<string, unknown>>): Promise<boolean>;
}

export function createSubscriptionObjects(client: ApiClient, signal: AbortSignal): SubscriptionObjects {
  async function knowsKind(scope: SubscriptionScope): Promise<boolean> {
    const answer = await getJson(client, `/apis/${SUBSCRIPTION_API_VERSION}`, signal, DEADLINE_MS);
    const { plural } = SUBSCRIPTION_KINDS[scope.kind];
    // What cannot be asked is no proof that it is missing.
    if (answer.kind === 'ended') return answer.ending.kind !== 'absent';
    return JSON.stringify(answer.value).includes(`"${plural}"`);
  }

  return {
    async list(scope) {
      const found: SubscriptionRecord[] = [];
      const result = await listPages<SubscriptionRecord>(client, {
        collection: { ...collectionOf(scope), fieldSelector: null },
        notOlderThan: null,
        project: (object) => readSubscriptionRecord(scope.kind, object),
        signal,
        onPage(items) {
          for (const each of items) if (!each.deleted && each.item !== null) found.push(each.item);
          if (found.length <= MOST_LISTED) return null;
          return { kind: 'overlong', message: `there are more than ${MOST_LISTED}; ask for one namespace` };
        },
      });
      if (result.kind === 'complete') return found;
      if (result.ending.kind === 'absent') throw notInstalled(scope, client);
      throw asError(result.ending, permissionOf('list', scope));
    },

    async get(place) {
      const answer = await getJson(client, objectPath(place), signal, DEADLINE_MS);
      if (answer.kind === 'json') return readSubscriptionRecord(place.kind, answer.value);
      if (answer.ending.kind !== 'absent') throw asError(answer.ending, permissionOf('get', place));
      if (await knowsKind(place)) return null;
      throw notInstalled(place, client);
    },

    async merge(place, patch) {
      const answer = await sendWrite(client, `${objectPath(place)}?fieldManager=offhook-cli`, {
        method: 'PATCH',
        body: patch,
        contentType: 'application/merge-patch+json',
        deadlineMs: DEADLINE_MS,
        signal,
      });
      if (answer.kind === 'written') return true;
      const status = answer.kind === 'refused' ? answer.status : null;
      if (status === 404) return false;
      const kind = status === 403 ? 'forbidden' : 'rejected';
      throw asError({ kind, message: answer.message }, permissionOf('patch', place));
    },
  };
}

function collectionOf({ kind, namespace }: SubscriptionScope) {
  return { resource: SUBSCRIPTION_KINDS[kind].plural, api: SUBSCRIPTION_API, namespace };
}

function objectPath(place: SubscriptionPlace): string {
  const path = collectionPath({ ...collectionOf(place), fieldSelector: null }, {}).replace(/\?$/, '');
  return `${path}/${encodeURIComponent(place.name)}`;
}

function permissionOf(verb: string, { kind, namespace }: SubscriptionScope): Permission {
  const { plural, namespaced } = SUBSCRIPTION_KINDS[kind];
  return { verb, group: SUBSCRIPTION_API.group, resource: plural, namespaced, namespace, name: null };
}

function asError({ kind, message }: Pick<Ending, 'kind' | 'message'>, permission: Permission) {
  if (kind === 'forbidden')
    return new SubscriptionError(
      `not allowed to ${describePermission(permission)}`,
      `Check with: ${canI(permission)}`,
      `Whoever runs the cluster grants it: ${permission.verb} on ${permission.resource}.${permission.group}.`,
    );
  if (kind === 'unauthorized')
    return new SubscriptionError(message, 'The credentials of the kubeconfig are not taken; log in again.');
  return new SubscriptionError(message);
}

function notInstalled({ kind }: SubscriptionScope, { cluster }: ApiClient): SubscriptionError {
  const { plural } = SUBSCRIPTION_KINDS[kind];
  return new SubscriptionError(
    `${cluster.server} knows no ${plural}.${SUBSCRIPTION_API.group}: its CustomResourceDefinition is not installed`,
    'The Helm chart brings it (crds.enabled), and so does: kubectl apply -f infra/crds',
    'Is it the right cluster? --context chooses another.',
  );
}
