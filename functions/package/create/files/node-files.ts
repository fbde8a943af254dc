import type { ProjectFiles } from './project-facts.ts';

/** A receiver in one process, and an image of it. */
export const NODE_FILES: ProjectFiles = {
  'offhook-receiver.yaml': `# Every key: https://github.com/offhook/offhook/blob/main/docs/node.md#the-configuration
signingSecretFile: bridge.secret
dataDir: .offhook-receiver
listen:
  # All addresses, as a container needs it. Put TLS in front, or name its files under tls.
  host: "::"
  port: 8787
handlers:
  module: src/hooks.ts
# vars:
#   PAGER_URL: https://pager.example/alerts
`,
  Dockerfile: `FROM node:24-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY offhook-receiver.yaml ./
COPY src ./src
# Queue, claims and audit trail: keep it in a volume.
RUN mkdir -m 0700 .offhook-receiver && chown node:node .offhook-receiver
VOLUME /app/.offhook-receiver
USER node
EXPOSE 8787
CMD ["node", "node_modules/offhook/bin/offhook.js", "receive"]
`,
  '.dockerignore': `node_modules
.offhook-receiver
*.secret
`,
};
