import type { OpenFailure } from '../../model/rows/open-failures.ts';
import type { Trail } from '../../model/runs/trail.ts';
import { countWords, durationWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { rerunAllWords } from '../../model/words/rerun-words.ts';
import { button, element, setText } from '../dom/element.ts';
import { postReruns } from '../feed/requests.ts';
import { type AskedReruns, askInBatches } from './ask-in-batches.ts';
import { type RerunSelection, rerunQuestion } from './rerun-question.ts';
import { createRerunResult } from './rerun-result.ts';

type DialogDeps = {
  /** Where the focus goes when what had it is gone. */
  home(): HTMLElement;
  readonly trail: Trail;
  readonly format: MomentFormat;
  readonly csrfToken: string;
  onOpenEvent(eventId: string): void;
};

/**
 * Runs many handlers again: says first what would run, then how far it is, then what came of it. Escape leaves the first
 * and the last, and stops the asking between them: what was not asked for by then does not run.
 */
export function createRerunDialog({ home, trail, format, csrfToken, onOpenEvent }: DialogDeps) {
  const title = element('h2', { id: 'rerun-title', tabindex: '-1' });
  const body = element('div', { class: 'about' });
  const actions = element('p', { class: 'actions' });
  const root = element('dialog', { id: 'rerun', 'aria-labelledby': title.id }, title, body, actions);
  let asking: AbortController | null = null;
  let result: ReturnType<typeof createRerunResult> | null = null;
  document.body.append(root);
  root.addEventListener('cancel', (event) => {
    if (asking === null) return;
    event.preventDefault();
    asking.abort();
  });
  root.addEventListener('close', () => {
    asking?.abort();
    result = null;
    // The browser gives the focus back to the button, unless that has gone.
    if (document.activeElement === document.body) home().focus({ preventScroll: true });
  });

  const close = (words: string) => button({}, () => root.close(), words);

  /** Each stage begins at its title, so that a screen reader hears it, and Enter does nothing by itself. */
  function show(words: string, content: readonly Node[], buttons: readonly HTMLElement[]): void {
    setText(title, words);
    body.replaceChildren(...content);
    actions.replaceChildren(...buttons);
    title.focus();
  }

  function plan(selection: RerunSelection): void {
    const { failures } = selection;
    const words = rerunAllWords(failures.length);
    const go = button(
      { class: 'primary' },
      () => void ask(failures, null),
      `Run ${countWords(failures.length)}`,
    );
    show(`${words}?`, rerunQuestion(selection, format), [go, close('Cancel')]);
  }

  async function ask(wanted: readonly OpenFailure[], before: AskedReruns | null): Promise<void> {
    const own = new AbortController();
    asking = own;
    result = null;
    const max = String(wanted.length);
    const bar = element('progress', { max, value: '0', 'aria-labelledby': title.id });
    const words = element('p', { role: 'status' }, 'asking …');
    show(`Asking for ${countWords(wanted.length)}`, [bar, words], [button({}, () => own.abort(), 'Stop')]);
    const asked = await askInBatches(
      wanted,
      {
        post: (batch) => postReruns(batch, csrfToken),
        pause,
        onProgress(done) {
          bar.value = done;
          setText(words, `${countWords(done)} of ${countWords(wanted.length)} asked for`);
        },
        onWait: (ms, why) => setText(words, `${visibleText(why)}: goes on in ${durationWords(ms)}`),
      },
      own.signal,
    );
    asking = null;
    if (root.open) finish(before === null ? asked : joined(before, asked));
  }

  function finish(asked: AskedReruns): void {
    const { queued, left } = asked;
    result = createRerunResult(asked, {
      entryOf: trail.entry,
      onOpen(eventId) {
        root.close();
        onOpenEvent(eventId);
      },
    });
    const rest = button(
      { class: 'primary' },
      () => void ask(left, asked),
      `Ask for the other ${countWords(left.length)}`,
    );
    const buttons = left.length === 0 ? [close('Close')] : [rest, close('Close')];
    show(`${countWords(queued.length)} asked for`, [result.root], buttons);
  }

  return {
    open(selection: RerunSelection): void {
      root.showModal();
      plan(selection);
    },
    /** Something has arrived: what was asked for may have run. */
    update: () => result?.update(),
  };
}

/** The second of two askings goes on where the first has ended. */
function joined(before: AskedReruns, { queued, refused, unsure, left, ended }: AskedReruns): AskedReruns {
  const reasons = new Map(before.refused);
  for (const [why, count] of refused) reasons.set(why, (reasons.get(why) ?? 0) + count);
  return {
    queued: [...before.queued, ...queued],
    refused: reasons,
    unsure: before.unsure + unsure,
    ...{ left, ended },
  };
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, ms);
    stop.addEventListener('abort', end);
    function end(): void {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve();
    }
  });
}
