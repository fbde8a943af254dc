/** Miniflare's variable for flags of V8; it has no option for them. */
const VARIABLE = 'MINIFLARE_WORKERD_V8_FLAGS';
const FLAGS = '--max-semi-space-size=1 --gc-global --optimize-for-size';

/**
 * Lets every workerd that this process starts collect garbage long before it would do so by itself, unless somebody has
 * given it flags. For what runs for hours and does little: each of a dozen isolates has a young generation of its own,
 * which V8 lets grow to 16 MiB, and what it holds in workerd's memory goes only when all of it is collected.
 */
export function collectOften(): void {
  process.env[VARIABLE] ??= FLAGS;
}
