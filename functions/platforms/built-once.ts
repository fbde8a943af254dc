/**
 * @property shared who comes while it is being built waits for that build. Not on Workers, where an invocation must not
 *   wait for what another one does: there each builds its own, and the first that is done is kept.
 */
export type BuiltOnceOptions = { readonly shared: boolean };

/**
 * Builds at the first call and keeps what was built. A build that failed is not kept: its callers get the error, and the
 * next call tries again.
 */
export function builtOnce<Given extends readonly unknown[], Built>(
  build: (...given: Given) => Promise<Built>,
  { shared }: BuiltOnceOptions,
): (...given: Given) => Promise<Built> {
  let kept: { readonly built: Built } | null = null;
  let underWay: Promise<Built> | null = null;

  const keep = async (given: Given): Promise<Built> => {
    const built = await build(...given);
    kept ??= { built };
    return kept.built;
  };

  return async (...given) => {
    if (kept !== null) return kept.built;
    if (!shared) return keep(given);
    underWay ??= keep(given).finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
