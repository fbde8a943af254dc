/**
 * Ends esbuild's own process, which stays for further builds and holds some 60 MB. The next build starts another one;
 * one under way fails. Without esbuild there is nothing to end.
 */
export async function stopBundler(): Promise<void> {
  const esbuild = await import('esbuild').catch(() => null);
  await esbuild?.stop();
}
