/** Control characters, zero-width ones and those that turn the reading direction: what a name can hide behind. */
const UNSEEN = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
const MAX_LENGTH = 300;

/**
 * A text from a cluster as it may stand on the page: what cannot be seen is spelled out (`⟨202e⟩`), and a very long one is
 * cut.
 */
export function visibleText(text: string, maxLength = MAX_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return spellUnseen(cut);
}

/** The same for a text of several lines, which keeps its lines and its length. */
export function visibleLines(text: string): string {
  return text.split('\n').map(spellUnseen).join('\n');
}

function spellUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => `⟨${character.charCodeAt(0).toString(16).padStart(4, '0')}⟩`);
}
