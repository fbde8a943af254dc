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

/** How long ago something was, as kubectl prints it (apimachinery `duration.HumanDuration`). */
export function age(since: string, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1000));
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  const and = (rest: number, unit: string) => (rest === 0 ? '' : `${rest}${unit}`);
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return `${minutes}m${and(seconds % 60, 's')}`;
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return `${hours}h${and(minutes % 60, 'm')}`;
  if (hours < 48) return `${hours}h`;
  if (days < 8) return `${days}d${and(hours % 24, 'h')}`;
  return days < 2 * 365 ? `${days}d` : `${Math.floor(days / 365)}y`;
}
