#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still run it and say what is missing.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 24 || (major === 24 && minor < 15)) {
  console.error(`offhook needs Node 24.15 or newer; this is Node ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  // Not imported: for that Node reads every name of the module, some of which load what they are: 8 ms of a start.
  const { existsSync } = process.getBuiltinModule('node:fs');
  // A checkout runs its sources by type stripping; the published package holds the bundle.
  const sources = new URL('../cli/main.ts', import.meta.url);
  const entry = existsSync(sources) ? sources : new URL('../dist/offhook.js', import.meta.url);
  const { main } = await import(entry.href);
  await main();
}
