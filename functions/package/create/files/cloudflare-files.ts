import type { ProjectFacts, ProjectFiles } from './project-facts.ts';

/** Of the Worker that is tested; `wrangler.toml` of the checkout has the same. */
const COMPATIBILITY_DATE = '2026-07-30';

/** A Worker, with what it is bound to. */
export function cloudflareFiles({ name }: ProjectFacts): ProjectFiles {
  return {
    'src/worker.ts': `import { createWorker } from 'offhook/cloudflare';
import { registerHandlers } from './hooks.ts';

export { Claims } from 'offhook/cloudflare';
export default createWorker(registerHandlers);
`,
    'wrangler.toml': wranglerToml(name),
  };
}

function wranglerToml(name: string): string {
  return `# Every line is explained in https://github.com/offhook/offhook/blob/main/wrangler.toml
name = "${name}"
main = "src/worker.ts"
compatibility_date = "${COMPATIBILITY_DATE}"
compatibility_flags = ["nodejs_compat"]
workers_dev = true
preview_urls = false
keep_names = true

# Anyone who can see this file may read these. Secrets: npx wrangler secret put NAME
[vars]
# PAGER_URL = "https://pager.example/alerts"
AUDIT_RETENTION = ""

[[queues.producers]]
binding = "EVENTS"
queue = "${name}-events"

[[queues.producers]]
binding = "DEAD_LETTERS"
queue = "${name}-dead-letters"

[[queues.consumers]]
queue = "${name}-events"
max_batch_size = 10
max_batch_timeout = 0
max_concurrency = 4
max_retries = 50
dead_letter_queue = "${name}-dead-letters"

[[durable_objects.bindings]]
name = "CLAIMS"
class_name = "Claims"

[[migrations]]
tag = "v1"
new_sqlite_classes = ["Claims"]

# The tables are those of the package: after an update, apply what is new before the deployment.
[[d1_databases]]
binding = "AUDIT"
database_name = "${name}-audit"
database_id = "00000000-0000-0000-0000-000000000000"
migrations_dir = "node_modules/offhook/migrations"

[[r2_buckets]]
binding = "CHECKPOINTS"
bucket_name = "${name}-checkpoints"

[triggers]
crons = ["7 * * * *"]

[observability]
enabled = true
head_sampling_rate = 1
[observability.logs]
invocation_logs = false
`;
}
