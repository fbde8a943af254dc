import {
  LONGEST_SUBSCRIBE_NAME,
  MOST_SUBSCRIBE_NAMES,
  SUBSCRIBE_NAME_PATTERN,
} from '../../../protocol/event/filter-limits.ts';
import { NO_ANNOTATIONS, type PodAnnotations } from '../../../protocol/event/subscription-filter.ts';
import { isRecord } from './json-field.ts';

const SUBSCRIBE_ANNOTATION = 'offhook.dev/subscribe';
const IGNORE_ANNOTATION = 'offhook.dev/ignore';

const NAME = new RegExp(SUBSCRIBE_NAME_PATTERN);
/** Every name of the longest, with room for white space; a text beyond it is not looked through. */
const LONGEST_LIST = 2 * MOST_SUBSCRIBE_NAMES * (LONGEST_SUBSCRIBE_NAME + 1);

/**
 * What a Pod asks for, from `metadata.annotations`. No other annotation is read: they hold what people put there,
 * `kubectl apply`'s copy of the whole object among it. What is malformed counts as not there. Never throws.
 */
export function podAnnotations(annotations: unknown): PodAnnotations {
  if (!isRecord(annotations)) return NO_ANNOTATIONS;
  const subscribe = namesIn(annotations[SUBSCRIBE_ANNOTATION]);
  const ignore = isTrue(annotations[IGNORE_ANNOTATION]);
  // Nearly every Pod asks for nothing: one object for all of them.
  return subscribe.length === 0 && !ignore ? NO_ANNOTATIONS : { subscribe, ignore };
}

/** `billing, audit`: each name once. Of too many the first ones count. */
function namesIn(list: unknown): readonly string[] {
  if (typeof list !== 'string' || list.length > LONGEST_LIST) return NO_ANNOTATIONS.subscribe;
  const names = list.split(',').map((name) => name.trim());
  return [...new Set(names.filter(isName))].slice(0, MOST_SUBSCRIBE_NAMES);
}

function isName(text: string): boolean {
  return text.length <= LONGEST_SUBSCRIBE_NAME && NAME.test(text);
}

function isTrue(value: unknown): boolean {
  return typeof value === 'string' && value.length <= LONGEST_LIST && value.trim() === 'true';
}
