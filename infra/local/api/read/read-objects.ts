import type { Clock } from '../../../../settings/ambient/clock.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import type { Store } from '../../store/store.ts';
import { type ApiAnswer, json } from '../http/api-answer.ts';
import { type ApiRequest, isWatch, type RequestTarget, targetKey } from '../http/request.ts';
import { notFound } from '../http/status-error.ts';
import { apiVersion, type Resource, shelfOf } from '../resource/resource.ts';
import { toTable, wantsTable } from '../resource/table.ts';
import { listPage } from './list-page.ts';
import { requestedObjects } from './requested-objects.ts';
import type { Watches } from './watches.ts';

export type ReadDeps = { store: Store; watches: Watches; clock: Clock };

/** GET of one object, list, or watch: the same for every kind. @throws ApiStatusError for what cannot be read. */
export function readObjects(
  { store, watches, clock }: ReadDeps,
  resource: Resource,
  { target, request }: { target: RequestTarget; request: ApiRequest },
): ApiAnswer {
  const { query, accept } = request;
  const table = wantsTable(accept);
  const asTable = (objects: KubeObject[], metadata: Record<string, unknown>) =>
    json(toTable(resource.table, objects, { metadata, nowMs: clock.nowMs(), columns: true }));
  const watch = isWatch(query);
  if (target.name !== undefined && !watch) {
    const found = store.get(shelfOf(resource), targetKey(target));
    if (!found) throw notFound(resource, target.name);
    const { resourceVersion } = found.metadata;
    return table ? asTable([found], { resourceVersion }) : json(found);
  }
  const matches = requestedObjects(resource, { ...target, query });
  if (watch) {
    return {
      kind: 'stream',
      open: (response) =>
        watches.serve(response, { resource, namespace: target.namespace, matches, query, table }),
    };
  }
  const { items, metadata } = listPage(store, shelfOf(resource), { matches, query });
  if (table) return asTable(items, metadata);
  const list = { kind: `${resource.kind}List`, apiVersion: apiVersion(resource) };
  // A list of custom objects is written as they are: each with its kind, and always with a token, if an empty one.
  if (resource.isCustom === true) return json({ ...list, metadata: { continue: '', ...metadata }, items });
  // Inside a list the items carry neither kind nor apiVersion, as recorded.
  const bare = items.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  return json({ ...list, metadata, items: bare });
}
