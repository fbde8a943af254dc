import type { HandlerRun, RunOutcome } from '../../../timeline/run-log.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { button, element } from '../dom/element.ts';
import { type FeedRefusal, postRunAgain } from '../feed/requests.ts';

/** A handler that waits its turn longer than this is not simply slow. */
const PATIENCE_MS = 60_000;

export const OUTCOME_WORDS: Readonly<Record<RunOutcome, string>> = {
  completed: 'completed',
  failed: 'failed',
  givenUp: 'given up',
};

/** "Run again" for one handler and one event: asks first, says what came of it, and when the attempt is there. */
export function createRunAgain(eventId: string, handler: string, csrfToken: string) {
  const name = visibleText(handler);
  const answer = element('div', { class: 'again', role: 'status' });
  const ask = button({ class: 'quiet', 'aria-label': `Run again: ${name}` }, confirm, 'Run again');
  /** The last attempt that is known. */
  let latest: Pick<HandlerRun, 'attempt' | 'outcome'> = { attempt: 0, outcome: 'completed' };
  /** The attempt after which the wanted one is waited for. */
  let awaited: number | null = null;
  let patience = 0;

  function confirm(): void {
    const yes = button({ class: 'primary' }, () => void run(), 'Run it');
    const no = button({}, () => end(''), 'Cancel');
    const words = element('p', {}, 'Run ', element('b', {}, name), ' again for this event?');
    answer.replaceChildren(words, yes, no);
    ask.hidden = true;
    yes.focus();
  }

  async function run(): Promise<void> {
    const before = latest.attempt;
    answer.replaceChildren('asking …');
    const said = await postRunAgain(eventId, handler, csrfToken);
    if (said.kind === 'refused' || said.kind === 'access') return end(refusalWords(said));
    awaited = before;
    end(said.kind === 'answer' ? 'Queued. Its attempt shows here when it has run.' : refusalWords(said));
    clearTimeout(patience);
    patience = window.setTimeout(() => {
      if (awaited !== null) answer.replaceChildren(LONG_WORDS);
    }, PATIENCE_MS);
    settle();
  }

  function end(words: string): void {
    answer.replaceChildren(words);
    ask.hidden = false;
    ask.focus();
  }

  /** What was waited for has come: nothing stays queued. */
  function settle(): void {
    if (awaited === null || latest.attempt <= awaited) return;
    awaited = null;
    clearTimeout(patience);
    answer.replaceChildren(`Attempt ${latest.attempt} ${OUTCOME_WORDS[latest.outcome]}.`);
  }

  return {
    ask,
    answer,
    /** @param run the handler's last attempt. */
    update(run: HandlerRun): void {
      latest = run;
      settle();
    },
  };
}

const LONG_WORDS =
  'Nothing has run for a minute: the receiver is busy, or was stopped. Pressing again does no harm.';

function refusalWords(refusal: FeedRefusal): string {
  switch (refusal.kind) {
    case 'access':
      return 'Not run: open the page with its token again.';
    case 'refused':
      return `Not run: ${visibleText(refusal.message)}`;
    case 'silent':
      return 'The receiver does not answer; whether it was queued shows here later.';
  }
}
