import { visibleText } from '../../model/text/visible-text.ts';
import { button, element } from '../dom/element.ts';
import { type FeedRefusal, postRunAgain } from '../feed/requests.ts';

/** "Run again" for one handler and one event: asks first, then says what came of it. */
export function createRunAgain(eventId: string, handler: string, csrfToken: string) {
  const answer = element('div', { class: 'again', role: 'status' });
  const ask = button({ class: 'quiet' }, confirm, 'Run again');

  function confirm(): void {
    const yes = button({ class: 'primary' }, () => void run(), 'Run it');
    const no = button({}, () => end(''), 'Cancel');
    const words = element('p', {}, 'Run ', element('b', {}, visibleText(handler)), ' again for this event?');
    answer.replaceChildren(words, yes, no);
    ask.hidden = true;
    yes.focus();
  }

  async function run(): Promise<void> {
    answer.replaceChildren('asking …');
    const said = await postRunAgain(eventId, handler, csrfToken);
    end(said.kind === 'answer' ? 'Queued. Its attempt shows here when it has run.' : refusalWords(said));
  }

  function end(words: string): void {
    answer.replaceChildren(words);
    ask.hidden = false;
    ask.focus();
  }

  return { ask, answer };
}

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
