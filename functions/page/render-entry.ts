import { html } from 'hono/html';
import type { HandlerRun } from '../consumer/run-log.ts';
import { formatDuration, formatMoment } from './format.ts';
import type { TimelineEntry } from './timeline.ts';

/** What `html` gives: escaped text, ready to be put into a page. */
export type Markup = ReturnType<typeof html>;

/** One event as a list item. Everything that comes from a cluster or a handler is escaped by `html`. */
export function renderEntry(entry: TimelineEntry): Markup {
  return html`<li class="entry" id="${entry.eventId}" data-hook="${entry.hook}" data-at="${entry.recordedAtMs}">
    ${renderWhen(entry.occurredAtMs)}
    <div class="what"><span class="hook">${hookName(entry)}</span></div>
    ${renderWho(entry)}
    <div class="facts">${renderFacts(entry)}</div>
    ${renderPath(entry)}
    <ul class="runs">${latestRuns(entry.runs).map(renderRun)}</ul>
  </li>`;
}

function renderWhen(atMs: number): Markup {
  const { time, day } = formatMoment(atMs);
  return html`<time class="when" datetime="${new Date(atMs).toISOString()}"
    ><b>${time}</b> <span>${day} UTC</span></time
  >`;
}

function hookName({ hook, type }: TimelineEntry): string {
  return type.endsWith('.amended') ? `${hook} amended` : hook;
}

function renderWho({
  namespace,
  pod,
  container,
  containerKind,
  cluster,
  restartCount,
}: TimelineEntry): Markup {
  if (pod === null) return html`<div class="who"><b>the bridge</b> <span>cluster ${cluster}</span></div>`;
  const kind = containerKind === 'app' || containerKind === null ? 'container' : `${containerKind} container`;
  const restarts = restartCount === null || restartCount === 0 ? '' : ` · restart ${restartCount}`;
  return html`<div class="who">
    <b>${pod}</b> <span>${namespace} · ${kind} ${container}${restarts}</span>
  </div>`;
}

function renderFacts({ hook, exitCode, reason, observation }: TimelineEntry): Markup {
  const exit = exitCode === null ? 'exit code unknown' : `exit ${exitCode}`;
  const verdict = exitCode === 0 ? 'good' : 'bad';
  return html`${hook === 'postStop' ? html`<span class="fact ${verdict}">${exit}</span>` : ''}
  ${reason === null ? '' : html`<span class="fact">${reason}</span>`}
  ${observation === null ? '' : html`<span class="fact quiet" title="how this was learned">${observation}</span>`}`;
}

/** Happened → received → handled. Kubernetes' own times are whole seconds, so the first step is that coarse. */
function renderPath({ occurredAtMs, receivedAtMs, runs }: TimelineEntry): Markup {
  const last = latestRuns(runs);
  const finishedAtMs = Math.max(...last.map((run) => run.finishedAtMs));
  const handled = last.length > 0 && last.every((run) => run.outcome === 'completed');
  const end = handled ? html`handled <b>+${formatDuration(finishedAtMs - receivedAtMs)}</b>` : pending(last);
  return html`<ol class="path" aria-label="latency">
    <li title="Kubernetes reports whole seconds">
      received <b>+${formatDuration(receivedAtMs - occurredAtMs)}</b>
    </li>
    <li class="${handled ? 'good' : 'open'}">${end}</li>
  </ol>`;
}

function pending(last: readonly HandlerRun[]): Markup {
  if (last.some((run) => run.outcome === 'failed')) return html`trying again`;
  return last.some((run) => run.outcome === 'givenUp') ? html`<em>given up</em>` : html`in work`;
}

/** The last run of each handler; earlier ones show as its attempt number. */
function latestRuns(runs: readonly HandlerRun[]): readonly HandlerRun[] {
  const latest = new Map<string, HandlerRun>();
  for (const run of runs) {
    if (run.attempt >= (latest.get(run.handler)?.attempt ?? 0)) latest.set(run.handler, run);
  }
  return [...latest.values()].sort((a, b) => a.handler.localeCompare(b.handler));
}

const MARK = { completed: '✓', failed: '↻', givenUp: '✕' } as const;

function renderRun({ handler, attempt, outcome, error, startedAtMs, finishedAtMs }: HandlerRun): Markup {
  const attempts = attempt === 1 ? '' : html` <span>attempt ${attempt}</span>`;
  const tail = error === null ? formatDuration(finishedAtMs - startedAtMs) : html`<em>${error}</em>`;
  return html`<li class="run ${outcome}" title="${outcome}">
    <i aria-hidden="true">${MARK[outcome]}</i> <b>${handler}</b>${attempts} <span>${tail}</span>
  </li>`;
}
