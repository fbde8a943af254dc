import type { JsonValue } from '../../../../protocol/json/any-json-value.ts';
import type { TimelineRun } from '../../../timeline/timeline.ts';
import { visibleLines, visibleText } from '../../model/text/visible-text.ts';
import { element } from '../dom/element.ts';

/** Beyond so many times its length, indenting a value hides it rather than shows it. */
const MOST_INDENTED = 4;

/** What a handler returned, as text and never as markup, or why it is not kept; nothing where it returned nothing. */
export function resultLines({
  handler,
  attempt,
  result,
  resultOmitted,
}: TimelineRun): readonly HTMLElement[] {
  if (resultOmitted !== undefined)
    return [element('span', { class: 'unkept' }, 'what it returned is not kept: ', omitted(resultOmitted))];
  if (result === undefined) return [];
  const name = `Returned by ${visibleText(handler)}, attempt ${attempt}`;
  return [element('pre', { class: 'returned', tabindex: '0', 'aria-label': name }, readable(result))];
}

function omitted(why: string): HTMLElement {
  return element('bdi', {}, visibleText(why));
}

function readable(result: JsonValue): string {
  const short = JSON.stringify(result);
  const indented = JSON.stringify(result, null, 2);
  return visibleLines(indented.length > MOST_INDENTED * short.length ? short : indented);
}
