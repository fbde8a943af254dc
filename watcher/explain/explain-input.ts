import { messageOf } from '../../settings/ambient/describe-error.ts';
import { type ClusterView, createClusterView, type NoticeOutcome } from '../lifecycle/cluster-view.ts';
import { isRecord } from '../lifecycle/snapshot/json-field.ts';
import type { Transition } from '../lifecycle/transition.ts';
import { type RecordedValue, readRecordedValues } from './read-recorded-values.ts';
import { objectIn, readStreamLine, type StreamLine } from './stream-line.ts';

type ExplainIo = {
  readonly input: AsyncIterable<string>;
  /** Called with each lifecycle event, in order. */
  readonly onTransition: (transition: Transition) => void;
  /** Called with an object that is no Pod and no Event, before what comes after it; says whether it is of use. */
  readonly onOther?: (object: unknown) => boolean;
  /** Called with what could not be read, as `line 7: …`. */
  readonly onFault: (message: string) => void;
};

type ExplainResult = {
  readonly transitions: number;
  readonly faults: number;
  readonly objects: number;
  /** Pods and Events among them. */
  readonly known: number;
  /** Objects that stood in a list. */
  readonly items: number;
};

/**
 * Runs the watcher's lifecycle code over a recorded watch stream: NDJSON `{at, stream, event}`, bare
 * `{type, object}` lines, or concatenated JSON of `kubectl get pods -w -o json --output-watch-events`; or over the items
 * of a list, each read as if the watch had shown it.
 *
 * A value that cannot be read is reported and skipped; the rest is still explained.
 */
export async function explainInput({
  input,
  onTransition,
  onOther = () => false,
  onFault,
}: ExplainIo): Promise<ExplainResult> {
  const view = createClusterView();
  const result = { transitions: 0, faults: 0, objects: 0, known: 0, items: 0 };
  /** Of the recording, as far as it keeps one. */
  let nowMs = 0;
  const fault = (message: string): void => {
    result.faults++;
    onFault(message);
  };
  const tell = (transitions: readonly Transition[]): void => {
    for (const transition of transitions) {
      result.transitions++;
      onTransition(transition);
    }
  };
  const take = (value: RecordedValue): void => {
    const read = readStreamLine(value.json);
    const isTaken = (read === null || read.kind === 'other') && onOther(objectIn(value.json));
    const line = read ?? (value.isItem || isTaken ? OTHER : null);
    if (!line) fault(`line ${value.line}: expected a watch event ({"type", "object"}) of a Pod or an Event`);
    else if (line.kind === 'broken')
      fault(`line ${value.line}: the recorded watch ended in an error: ${line.message}`);
    else {
      result.objects++;
      if (line.kind !== 'other') result.known++;
      if (value.isItem) result.items++;
    }
    nowMs = recordedAtMs(value.json) ?? nowMs;
    const aside = (why: string) => fault(`line ${value.line}: left aside: ${why}`);
    tell(learned(view, line ?? OTHER, { nowMs, aside }));
  };
  for await (const values of readRecordedValues(input, fault)) for (const value of values) take(value);
  const waiting = view.held().length;
  if (waiting > 0) fault(`Events about failed hooks of Pods that the recording does not show: ${waiting}`);
  // A mirror Pod that the recording leaves gone does not come back any more.
  tell(settled(view, Number.POSITIVE_INFINITY));
  return result;
}

/** Lists hold objects of every kind (`kubectl get all`). */
const OTHER: StreamLine = { kind: 'other' };

/** The `at` of a recorded line, which is in seconds. */
function recordedAtMs(json: unknown): number | null {
  return isRecord(json) && typeof json.at === 'number' ? json.at * 1000 : null;
}

type Moment = { readonly nowMs: number; readonly aside: (why: string) => void };

/** What a line adds. As in the watcher, what goes wrong with one object is that object's own fault. */
function learned(view: ClusterView, line: StreamLine, moment: Moment): readonly Transition[] {
  try {
    const { nowMs, aside } = moment;
    const transitions = [
      ...settled(view, nowMs),
      ...apply(view, line, moment),
      ...claimed(view, nowMs, aside),
    ];
    view.commit();
    return transitions;
  } catch (error) {
    view.rollback();
    moment.aside(messageOf(error));
    return [];
  }
}

function settled(view: ClusterView, nowMs: number): readonly Transition[] {
  view.tidy(nowMs);
  return view.away().flatMap((key) => view.settle(key, nowMs));
}

/** Failed hooks that were recorded before their Pod. */
function claimed(view: ClusterView, nowMs: number, aside: (why: string) => void): readonly Transition[] {
  return view.held().flatMap((notice) => toldBy(view.claim(notice, nowMs), aside));
}

function toldBy(outcome: NoticeOutcome, aside: (why: string) => void): readonly Transition[] {
  if (outcome.kind === 'implausible' || outcome.kind === 'unclaimed') aside(outcome.why);
  return outcome.kind === 'told' ? outcome.transitions : [];
}

function apply(view: ClusterView, line: StreamLine, { nowMs, aside }: Moment): readonly Transition[] {
  switch (line.kind) {
    case 'seen':
    case 'gone': {
      const { pod } = line;
      if (pod.unreadable !== null) aside(pod.unreadable);
      const seen = pod.unreadable === null ? view.seen(pod, 'watch') : [];
      return line.kind === 'seen' ? seen : [...seen, ...view.vanished(pod.key, nowMs)];
    }
    case 'notice':
      return toldBy(view.notice(line.notice, false), aside);
    case 'implausible':
      aside(line.why);
      return [];
    case 'other':
    case 'broken':
      return [];
    default:
      return line satisfies never;
  }
}
