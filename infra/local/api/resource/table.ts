import type { KubeObject } from '../../objects/kube-object.ts';

/** How a kind prints: column definitions and a row's cells. `nowMs` is for ages. */
export type TableFormat = {
  columns: { name: string; type: string; format: string; description: string; priority: number }[];
  cells: (object: KubeObject, nowMs: number) => unknown[];
};

/** True when the client asks for `meta.k8s.io/v1` tables, as `kubectl get` does. */
export function wantsTable(accept: string): boolean {
  return /as=Table/.test(accept) && /v=v1(;|,|$)/.test(accept.replaceAll(' ', ''));
}

/** The `Table` of some objects, each row with its object's metadata (kubectl needs the namespace). */
export function toTable(
  format: TableFormat,
  objects: KubeObject[],
  { metadata, nowMs, columns }: { metadata: Record<string, unknown>; nowMs: number; columns: boolean },
): Record<string, unknown> {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns ? format.columns : null,
    rows: objects.map((object) => ({
      cells: format.cells(object, nowMs),
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata },
    })),
  };
}

/** One that `kubectl get` shows always (priority 0), or only with `-o wide` (1). */
export function column(name: string, format = '', priority = 0) {
  return { name, type: 'string', format, description: name, priority };
}

/** NAME STATUS AGE, for kinds without much to say. */
export function plainTable(status: (object: KubeObject) => string): TableFormat {
  return {
    columns: [column('Name', 'name'), column('Status'), column('Age')],
    cells: (object, nowMs) => [
      object.metadata.name,
      status(object),
      age(object.metadata.creationTimestamp, nowMs),
    ],
  };
}

/** How long ago something was, as kubectl prints it. */
export function age(since: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 2 * 3600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 2 * 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
