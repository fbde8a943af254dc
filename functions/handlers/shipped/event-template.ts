import type { ContainerEvent } from '../../../protocol/event/lifecycle-event.ts';

/** What may stand in braces in a template. */
const PLACEHOLDERS = ['cluster', 'namespace', 'pod', 'podUid', 'container'] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/**
 * A text with `{cluster}`, `{namespace}`, `{pod}`, `{podUid}` and `{container}` in it.
 *
 * @property uses the placeholders that occur.
 * @property fill the text for an event, each value passed through `escapeValue` first.
 */
export type EventTemplate = {
  readonly uses: ReadonlySet<Placeholder>;
  fill(event: ContainerEvent, escapeValue: (value: string) => string): string;
};

const BRACES = /\{([^{}]*)\}/g;

/**
 * @param name the variable, for errors; they never repeat its value.
 * @throws TypeError when braces hold anything else.
 */
export function parseEventTemplate(name: string, text: string): EventTemplate {
  const uses = new Set<Placeholder>();
  for (const [, inner] of text.matchAll(BRACES)) {
    const placeholder = PLACEHOLDERS.find((known) => known === inner);
    if (placeholder === undefined) throw unknownPlaceholder(name);
    uses.add(placeholder);
  }
  if (/[{}]/.test(text.replace(BRACES, ''))) throw unknownPlaceholder(name);
  return {
    uses,
    fill: (event, escapeValue) => {
      const values: Readonly<Record<string, string>> = valuesOf(event);
      return text.replace(BRACES, (_, inner: string) => escapeValue(values[inner] ?? ''));
    },
  };
}

function valuesOf({ data: { cluster, pod, container } }: ContainerEvent): Record<Placeholder, string> {
  return {
    cluster: cluster.name,
    namespace: pod.namespace,
    pod: pod.name,
    podUid: pod.uid,
    container: container.name,
  };
}

function unknownPlaceholder(name: string): TypeError {
  const known = PLACEHOLDERS.map((one) => `{${one}}`).join(', ');
  return new TypeError(`${name}: braces may hold only ${known}`);
}
