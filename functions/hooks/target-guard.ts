/** Over the URLs that targets of handlers name, on a platform from which more than the public Internet can be reached. */
export interface TargetGuard {
  /** Why a URL may not be called, as far as it alone says so: a sentence for whoever wrote it; null: nothing against it. */
  objection(url: string): string | null;
  /** Goes only where it may, and follows no redirect. */
  readonly fetch: typeof fetch;
}

/** @throws TypeError that says why, and never shows the URL. */
export function requireNoObjection(at: string, url: string, guard: TargetGuard | undefined): void {
  const objection = guard?.objection(url) ?? null;
  if (objection !== null) throw new TypeError(`${at}: ${objection}`);
}
