import { defineConfig } from 'vitest/config';

/** Suites that need minutes: many seeds, real deadlines, processes killed again and again. */
const SLOW = [
  'test/simulation/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/watcher/journal/{sigterm,quota-process}.test.ts',
  'test/end-to-end/{standby,redundant-watchers,node}*.test.ts',
  'test/functions/page/browser/**/*.test.ts',
  'test/watcher/ingest/cut-and-restart.test.ts',
  'test/functions/audit/store/d1.test.ts',
  'test/functions/faults/*.test.ts',
  'test/functions/platforms/cloudflare/deployment.test.ts',
  'test/functions/platforms/aws/{audit-store,faults,unanswered}.test.ts',
  'test/functions/{page/page-platforms,ordering/ordering-store}.test.ts',
  'test/functions/{audit/checkpoint/checkpoint,ingress/bad-input-secrets}.test.ts',
  'test/end-to-end/{troubled-handlers,audit-over-http}.test.ts',
  'test/watcher/config/large-files.test.ts',
  'test/cli/{bounded-files,production-install,private-files,dev/dev,dev/dev-link}.test.ts',
  'test/cli/receive/{receive-signals,receive-failures}.test.ts',
  'test/cli/watch/{watch-kubeconfig,watch-proxy,watch-permissions}.test.ts',
  'test/infra/aws/*.test.ts',
  'test/infra/running/*.test.ts',
  'test/infra/image/image.test.ts',
  'test/functions/package/*.test.ts',
  'test/infra/install/install-page.test.ts',
  'test/settings/serving/*-under-attack.test.ts',
  'test/infra/monitoring/prometheus.test.ts',
];

const limits = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // Many tests wait for real processes: more workers than cores keep the cores busy.
    maxWorkers: 4,
    globalSetup: 'test/support/build-offhook.ts',
    projects: [
      { test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: SLOW, isolate: false, ...limits } },
      { test: { name: 'slow', include: SLOW, ...limits } },
    ],
  },
});
