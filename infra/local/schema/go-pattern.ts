const compiled = new Map<string, RegExp>();

/** Patterns of this many different schemas are kept; a cluster for tests has fewer. */
const MOST_PATTERNS = 2000;

/**
 * A pattern of a schema. Go's RE2 and JavaScript read what schemas use alike; flags in the pattern's beginning (`(?i)`) become
 * JavaScript's own.
 *
 * @throws SyntaxError for a pattern that is none.
 */
export function goPattern(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const [, flags = '', rest = pattern] = /^\(\?([ims]+)\)(.*)$/s.exec(pattern) ?? [];
  const made = new RegExp(rest.replaceAll('(?P<', '(?<').replace(/\\z/g, '$').replace(/\\A/g, '^'), flags);
  if (compiled.size >= MOST_PATTERNS) compiled.clear();
  compiled.set(pattern, made);
  return made;
}
