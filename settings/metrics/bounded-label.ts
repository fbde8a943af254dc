/** Stands for every value beyond those that have series of their own. */
export const OTHER = 'other';

/**
 * Bounds the values of a label: the first that come have series of their own, for good.
 *
 * @param most how many.
 * @returns the value that the label gets.
 */
export function createBoundedLabel(most: number): (value: string) => string {
  const named = new Set<string>();
  return (value) => {
    if (named.has(value)) return value;
    if (named.size >= most) return OTHER;
    named.add(value);
    return value;
  };
}
