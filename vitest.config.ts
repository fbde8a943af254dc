import { defineConfig } from 'vitest/config';
import { createSecondTries } from './test/support/second-tries.ts';

/** Suites that need minutes of computing, and give the same each time. */
const LONG = [
  'test/simulation/**/*.test.ts',
  'test/watcher/ingest/{cut-and-restart,changing-namespaces,hostile-objects}.test.ts',
  'test/cli/schema/config-schemas.test.ts',
  'test/watcher/config/large-files.test.ts',
];

/** Suites that need minutes: real deadlines, processes killed again and again. */
const SLOW = [
  'test/faults/**/*.test.ts',
  'test/watcher/journal/{sigterm,quota-process}.test.ts',
  'test/end-to-end/{standby,redundant-watchers,node}*.test.ts',
  'test/functions/page/browser/**/*.test.ts',
  'test/functions/audit/store/d1.test.ts',
  'test/functions/faults/*.test.ts',
  'test/functions/platforms/cloudflare/{deployment,claim-shards}.test.ts',
  'test/functions/platforms/aws/{audit-store,faults,unanswered}.test.ts',
  'test/functions/{page/page-platforms,ordering/ordering-store}.test.ts',
  'test/functions/{audit/checkpoint/checkpoint,ingress/bad-input-secrets}.test.ts',
  'test/functions/consumer/crash.test.ts',
  'test/functions/build/{build-package,contents/describe-bundle}.test.ts',
  'test/end-to-end/{troubled-handlers,audit-over-http,chain}.test.ts',
  'test/cli/handlers/*.test.ts',
  'test/cli/{bounded-files,production-install,private-files,dev/dev,dev/dev-link}.test.ts',
  'test/cli/receive/{receive-signals,receive-failures,receive-disk-faults,node-page}.test.ts',
  'test/cli/watch/{watch-kubeconfig,watch-proxy,watch-permissions,watch-reload}.test.ts',
  'test/infra/aws/*.test.ts',
  'test/infra/release/{artifacts,prepare}.test.ts',
  'test/infra/running/*.test.ts',
  'test/infra/local/kubectl/*.test.ts',
  'test/cli/subscription/{kubectl-plugin,subscription-test}.test.ts',
  'test/cli/documented-receivers.test.ts',
  'test/watcher/run/{tenancy-*,reloading,soak}.test.ts',
  'test/watcher/subscriptions/spec/api-server.test.ts',
  'test/infra/image/image.test.ts',
  'test/functions/package/**/*.test.ts',
  'test/infra/install/install-page.test.ts',
  'test/settings/serving/*-under-attack.test.ts',
  'test/infra/monitoring/prometheus.test.ts',
];

/** Suites that start helm, Workers or the command again and again: without them `npm test` needs less than two minutes. */
const MANY_STARTS = [
  'test/infra/helm/{refused-values,choices,upgrade}.test.ts',
  'test/infra/kustomize/{overlay,same-as-chart}.test.ts',
  'test/functions/platforms/handoff/cloudflare-queue.test.ts',
  'test/functions/consumer/{handling,claim-store,traceparent,recorded-runs}.test.ts',
  'test/functions/handlers/{larger-handlers,register-all}.test.ts',
  'test/functions/build/build-worker.test.ts',
  'test/functions/ingress/forged-events.test.ts',
  'test/functions/audit-api/audit-api.test.ts',
  'test/cli/doctor/{doctor-buses,doctor-journal,doctor-api-server}.test.ts',
  'test/cli/{page-link/page-link,watch/watch-failures}.test.ts',
  'test/cli/receive/{receive-registering,receive-watch,receive-proxy}.test.ts',
  'test/watcher/journal/crash.test.ts',
];

/** For what hangs: a machine that has other work takes its time. */
const limits = { testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    // Many tests wait for real processes: more workers than cores keep the cores busy.
    maxWorkers: 4,
    globalSetup: 'test/support/build-offhook.ts',
    reporters: ['default', createSecondTries((text) => process.stdout.write(text))],
    projects: [
      // Files share their modules: none leaves anything behind that another could see.
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...LONG, ...SLOW, ...MANY_STARTS],
          isolate: false,
          setupFiles: 'test/functions/support/begin-anew.ts',
          // As for the slow ones: many of these wait for real processes, too, and a second try is named.
          retry: 1,
          ...limits,
        },
      },
      { test: { name: 'slow-computing', include: LONG, ...limits } },
      // What the machine does meanwhile can be too much for a real deadline: once, and then it is named.
      { test: { name: 'slow', include: [...SLOW, ...MANY_STARTS], retry: 1, ...limits } },
    ],
  },
});
