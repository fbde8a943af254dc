/*
 * What filters may say, the same in every place where one is written: `offhook.yaml`, subscriptions that are Kubernetes
 * objects, handlers, options of commands. The patterns stand for themselves in a JSON Schema (ECMA 262) and in an OpenAPI
 * schema (RE2), so they use neither look-around nor named classes.
 */

/** Labels of one selector in `offhook.yaml`. */
export const MOST_SELECTOR_LABELS = 64;
/** Labels of `matchLabels` in an object, where the cost of validation is budgeted. */
export const MOST_MATCH_LABELS = 32;
export const MOST_LABEL_EXPRESSIONS = 16;
export const MOST_EXPRESSION_VALUES = 32;

/** `[prefix/]name`: 253, the slash, 63. */
export const LONGEST_LABEL_KEY = 317;
export const LONGEST_LABEL_PREFIX = 253;
export const LONGEST_LABEL_VALUE = 63;

/** A qualified name without its prefix, and every label value but the empty one. */
export const LABEL_NAME_PATTERN = '^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$';
/** A DNS subdomain; see {@link LONGEST_LABEL_PREFIX}. */
export const LABEL_PREFIX_PATTERN = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

/** What a process can end with, on Linux and as the kubelet shows it. */
export const SMALLEST_EXIT_CODE = 0;
export const LARGEST_EXIT_CODE = 255;
/** One less than there are: a list of all would mean nothing. */
export const MOST_EXIT_CODES = 255;

export const MOST_REASONS = 32;
export const LONGEST_REASON = 64;
/** Reasons are CamelCase words. */
export const REASON_PATTERN = '^[A-Za-z][A-Za-z0-9]*$';

/** Names in the annotation `offhook.dev/subscribe` of a Pod. */
export const MOST_SUBSCRIBE_NAMES = 32;
export const LONGEST_SUBSCRIBE_NAME = 63;
/** The name of an object: a DNS subdomain. */
export const SUBSCRIBE_NAME_PATTERN = '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$';

const LABEL_NAME = new RegExp(LABEL_NAME_PATTERN);
const LABEL_PREFIX = new RegExp(LABEL_PREFIX_PATTERN);

/**
 * Whether a text is a label key: `[prefix/]name`.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function isLabelKey(text: string): boolean {
  const slash = text.indexOf('/');
  if (!LABEL_NAME.test(text.slice(slash + 1))) return false;
  const prefix = text.slice(0, slash);
  return slash < 0 || (prefix.length <= LONGEST_LABEL_PREFIX && LABEL_PREFIX.test(prefix));
}

/** Whether a text is a label value, which may be empty. */
export function isLabelValue(text: string): boolean {
  return text === '' || LABEL_NAME.test(text);
}
