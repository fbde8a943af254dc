/** What editors show of each key of `offhook-receiver.yaml`: paths from the root, `[]` and `*` for every entry of a list or map. */
export const RECEIVER_KEY_DESCRIPTIONS: Readonly<Record<string, string>> = {
  signingSecretFile:
    'A file that holds the secret which the watcher signs with: whsec_…, or whpk_… (the public key of its whsk_…). Several, separated by white space, while one is replaced.',
  signingSecretEnv: 'A variable of the environment that holds the secret, in place of signingSecretFile.',
  previousSecretFiles: 'Files of more secrets that are still accepted; eight keys in all.',
  keys: 'Where several clusters send here, instead of the above: each with keys that may speak for it alone.',
  'keys[].source': "The cluster's UID, that of its namespace kube-system.",
  'keys[].signingSecretFile': 'A file that holds the secret which this cluster signs with.',
  'keys[].signingSecretEnv': 'A variable of the environment that holds it, in place of signingSecretFile.',
  'keys[].previousSecretFiles': 'Files of more secrets of this cluster that are still accepted.',

  listen: 'Where events are taken: POST /events.',
  'listen.host': '"::" for all addresses of this machine.',
  'listen.port': '0 takes any free port.',
  'listen.tls':
    'The watcher refuses plain http unless its subscription says allowHttp. Read again when the files change.',
  'listen.tls.certFile': 'The certificate with its chain, PEM.',
  'listen.tls.keyFile': 'Its private key without a passphrase, PEM.',

  metrics: 'Figures for Prometheus at GET /metrics, over plain http, on a port of its own. Left out: none.',
  'metrics.host': 'Whoever reaches it may read how much is handled, and the names of handlers.',
  'metrics.port': '0 takes any free port.',

  dataDir:
    'Where the queue, claims, audit trail and dead letters are: one SQLite file, used by one process at a time. Must survive a restart.',

  page: 'The live page at GET /. Nothing given: there is none.',
  'page.tokenFile': 'A file that holds a token of 16 characters or more, which is asked for once.',
  'page.tokenEnv': 'A variable of the environment that holds the token, in place of tokenFile.',
  'page.open': 'Shows it to everyone; only with a loopback address in listen.host.',
  'page.cloudflareAccess': 'People whom Cloudflare Access has logged in.',
  'page.cloudflareAccess.team': 'The team, as in https://TEAM.cloudflareaccess.com.',
  'page.cloudflareAccess.audience': "The application's AUD tag.",
  'page.alb': 'People whom an Application Load Balancer has logged in.',
  'page.alb.arn': 'The ARN of the load balancer.',

  handlers: 'What is done with events.',
  'handlers.module':
    'A .ts or .js file of yours that exports registerHandlers(hooks, env). Default: the handlers that are shipped.',

  vars: 'What handlers read, as text; secrets from a file or a variable of the environment.',
  'vars.*': 'Text (quote numbers and true/false), { file: PATH } or { env: NAME }.',
  'vars.*.file': 'A file that holds the value.',
  'vars.*.env': 'A variable of the environment that holds the value.',

  retention:
    'How long it is remembered which events came and which handler has handled them, and how long dead letters are kept, 1d to 365d. Longer than any sender repeats an event.',

  audit: 'The audit trail: one chain of hashes per cluster, in which nothing can be changed unnoticed.',
  'audit.retention':
    'How long its records are kept, 1d to 36500d; what is removed leaves a record of it. Default: for ever.',
  'audit.every': 'How often it is taken care of (also at a clean stop), 1m to 7d.',
  'audit.checkpoints':
    'Signed checkpoints in a second place, which shows whether somebody cut the end off: in a directory or in a bucket.',
  'audit.checkpoints.dir': 'Another disk or a mounted share.',
  'audit.checkpoints.s3': 'A bucket, best with Object Lock, in place of dir.',
  'audit.checkpoints.s3.bucketUrl':
    'The URL of the bucket, such as https://audit.s3.eu-central-1.amazonaws.com.',
  'audit.checkpoints.s3.region': 'Its region, such as eu-central-1 ("auto" for R2).',
  'audit.checkpoints.s3.prefix': 'The beginning of all keys.',
  'audit.checkpoints.s3.accessKeyId': 'The id of an access key.',
  'audit.checkpoints.s3.secretAccessKeyFile': 'A file that holds its secret.',
  'audit.checkpoints.s3.secretAccessKeyEnv':
    'A variable of the environment that holds its secret, in place of secretAccessKeyFile.',
  'audit.checkpoints.signingSecretFile':
    'A file that holds the secret of the checkpoints: whsk_… (verifying needs only its public key) or whsec_…, and not the one of the watcher.',
  'audit.checkpoints.signingSecretEnv':
    'A variable of the environment that holds it, in place of signingSecretFile.',

  proxy:
    'The HTTP proxy that leads to what handlers call, to the bucket of the checkpoints and to identity providers, or none. Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment.',
  'proxy.file': 'A file that holds the URL of the proxy, for one with a password.',
  'proxy.env': 'A variable of the environment that holds the URL of the proxy.',

  egress:
    'Where the targets of handlers may be, `hooks.on(…, { url })`: at public addresses, and where it is opened here. What handlers call by ctx.fetch goes wherever they say.',
  'egress.ports': 'Ports that are open. Default: 443 and 8443.',
  'egress.deny': 'Blocks of addresses of your own networks, where they are public ones.',
  'egress.allow': 'What is opened besides the public Internet.',
  'egress.allow[].hosts':
    'Names of hosts, *.example.com for those below one. With cidrs, too: these hosts at these addresses alone.',
  'egress.allow[].cidrs': 'Blocks of addresses, such as 10.20.0.0/16 or 127.0.0.0/8.',
  'egress.allow[].ports': 'Instead of egress.ports, for this entry.',
  'egress.allow[].allowHttp': 'Plain http, too, on port 80 unless ports says otherwise.',
  'egress.proxyEnforces':
    'The proxy looks itself where requests go, so that targets are called by way of it, too. Else they are connected directly.',

  limits: 'How much at the same time.',
  'limits.maxWaiting':
    'Events that may wait for their handlers; beyond that a delivery is answered with 503, and the watcher keeps it.',
  'limits.concurrency': 'Events handled at the same time.',
  'limits.connections':
    'Open connections in all. Where they are used up, the one that has kept the receiver waiting longest makes room.',
  'limits.connectionsPerAddress':
    'Open connections from one address. Behind a proxy on another machine all have its address.',

  log: 'What the log says, on standard error.',
  'log.level': 'The least that is said.',
  'log.format': 'auto: pretty on a terminal, json otherwise.',
};
