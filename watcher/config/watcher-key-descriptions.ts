/** What editors show of each key of `offhook.yaml`: paths from the root, `[]` for every entry of a list. */
export const WATCHER_KEY_DESCRIPTIONS: Readonly<Record<string, string>> = {
  cluster: "The cluster's name in events. Default: the name of the kubeconfig context.",
  dataDir: 'Where the journal is. Must survive a restart: a volume inside a cluster.',
  proxy:
    'The HTTP proxy that leads to receivers and to AWS, or none. Default: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment.',
  'proxy.file': 'A file that holds the URL of the proxy, for one with a password.',
  'proxy.env': 'A variable of the environment that holds the URL of the proxy.',

  tenancy: 'Subscriptions as objects of the cluster: HookSubscription and ClusterHookSubscription.',
  'tenancy.enabled':
    'Whether they are followed. Default: true where their kinds are installed, and not with watch.node. true in so many words: also without a subscription in this file.',
  'tenancy.signingKeyFile':
    'A file that holds the key from which the keys of namespaces are derived: whsec_… of 32 bytes or more, made by `offhook keygen`. Default: one that is made and kept beside the journal; with standby it is needed.',
  'tenancy.previousSigningKeyFile':
    'A file that holds the key before, which signs, too, while receivers change over.',
  'tenancy.secretNamespaces':
    'Namespaces in which Secrets may be read that subscriptions name and that have the label offhook.dev/credential. Default: none.',
  'tenancy.quota': 'What the subscriptions of one namespace may use together.',
  'tenancy.quota.subscriptions': 'HookSubscriptions, 1 to 1000.',
  'tenancy.quota.waiting': 'Deliveries that wait. Those beyond become dead letters.',
  'tenancy.quota.waitingBytes': 'Bytes of the events that wait.',
  'tenancy.quota.perMinute': 'Attempts in any minute.',
  'tenancy.quota.concurrency': 'Attempts at the same time, 1 to 256.',
  egress:
    'Where requests may go whose URLs tenants have written (HookSubscription objects): to public addresses, and what is opened here. Subscriptions of this file go wherever they say.',
  'egress.ports': 'Ports that are open. Default: 443 and 8443.',
  'egress.deny':
    'Blocks of addresses of the cluster, where they are public ones: of Services, Pods and the API server.',
  'egress.allow': 'What is opened besides the public Internet, and for whom.',
  'egress.allow[].namespaces': 'The namespaces whose requests may go there.',
  'egress.allow[].hosts':
    'Names of hosts, *.example.com for those below one. With cidrs, too: these hosts at these addresses alone.',
  'egress.allow[].cidrs': 'Blocks of addresses, such as 10.20.0.0/16.',
  'egress.allow[].ports': 'Instead of egress.ports, for this entry.',
  'egress.allow[].allowHttp': 'Plain http, too, on port 80 unless ports says otherwise.',
  'egress.proxyEnforces':
    'The proxy looks itself where requests go, so that these use it, too. Else they are connected directly.',

  subscriptions: 'Who gets which events: webhooks and Amazon EventBridge buses.',
  'subscriptions[].name': 'What it is called in figures, in the log and in the journal. Unique.',
  'subscriptions[].url': 'Where each event is POSTed as a signed CloudEvent (Standard Webhooks).',
  'subscriptions[].signingSecretFile':
    'A file that holds the signing secret: whsec_… (HMAC) or whsk_… (Ed25519), made by `offhook keygen`.',
  'subscriptions[].signingSecretEnv':
    'A variable of the environment that holds the signing secret, in place of signingSecretFile.',
  'subscriptions[].previousSecretFiles':
    'Files of at most three older secrets that sign, too, while a secret is being replaced.',
  'subscriptions[].bearerTokenFile':
    'A file that holds the token which is sent as `authorization: Bearer …`.',
  'subscriptions[].bearerTokenEnv':
    'A variable of the environment that holds the token, in place of bearerTokenFile.',
  'subscriptions[].oauth2':
    'In place of a bearer token: one that is fetched by client credentials (RFC 6749, section 4.4).',
  'subscriptions[].oauth2.tokenURL': "The authorization server's token endpoint.",
  'subscriptions[].oauth2.clientID': 'The id of the client.',
  'subscriptions[].oauth2.clientSecretFile': 'A file that holds the secret of the client.',
  'subscriptions[].oauth2.clientSecretEnv':
    'A variable of the environment that holds the secret, in place of clientSecretFile.',
  'subscriptions[].oauth2.scopes': 'Scopes to ask for, at most 32.',
  'subscriptions[].oauth2.audience': 'The parameter `audience`, which some servers ask for.',
  'subscriptions[].headers': 'Sent with each event, at most 16.',
  'subscriptions[].headers[].name': 'Its name. Those that Offhook or the connection sets are refused.',
  'subscriptions[].headers[].value': 'Its value, where that is no secret: at most 1024 characters of ASCII.',
  'subscriptions[].headers[].valueFile': 'A file that holds the value.',
  'subscriptions[].headers[].valueEnv': 'A variable of the environment that holds the value.',
  'subscriptions[].eventBridge':
    'An Amazon EventBridge bus, in place of url. Credentials come from where the AWS SDK finds them.',
  'subscriptions[].eventBridge.busName': 'The name or ARN of the bus.',
  'subscriptions[].eventBridge.region': 'The AWS region. Default: as the AWS SDK finds it.',
  'subscriptions[].eventBridge.endpoint': 'Only for tests and private endpoints.',
  'subscriptions[].hooks': 'Only events of these hooks. Left out: all.',
  'subscriptions[].namespaces': 'Only events of Pods in these namespaces. Left out: all.',
  'subscriptions[].selector':
    'Only events of Pods with all of these labels. Values are text: quote numbers and true/false.',
  'subscriptions[].selectorExpressions':
    "What else the Pod's labels must satisfy; all must agree, also with selector.",
  'subscriptions[].selectorExpressions[].key': 'The key of a label.',
  'subscriptions[].selectorExpressions[].operator':
    'As in Kubernetes: In, NotIn (also where the label is missing), Exists, DoesNotExist.',
  'subscriptions[].selectorExpressions[].values': 'For In and NotIn. Text: quote numbers and true/false.',
  'subscriptions[].containers':
    'Only events of containers with these names, of any kind. Left out: app containers and sidecars, not init and ephemeral ones.',
  'subscriptions[].exitCodes':
    'Only ends with these exit codes, or (NotIn) with others. Needs hooks: [postStop]. One that nobody knows is admitted by neither.',
  'subscriptions[].exitCodes.operator': 'In or NotIn.',
  'subscriptions[].exitCodes.values': 'Exit codes, 0 to 255.',
  'subscriptions[].reasons': 'Only ends for these reasons, such as OOMKilled. Needs hooks: [postStop].',
  'subscriptions[].ordering':
    '`container` holds later events of a container until the earlier one is delivered or given up.',
  'subscriptions[].concurrency': 'Deliveries at the same time, 1 to 256.',
  'subscriptions[].maxPerMinute':
    'Attempts in any minute, evenly, 1 to 60000; what is above it waits. Left out: as many as there are.',
  'subscriptions[].timeout': 'Deadline of one attempt, 1s to 30s.',
  'subscriptions[].retrySchedule':
    'Waits after the first attempt, which is immediate, and after each one that fails (±20 %), 0s to 7d each; then the event becomes a dead letter. At most 50.',
  'subscriptions[].dropExpired': 'Give up a preStop event past its deadline instead of delivering it late.',
  'subscriptions[].allowHttp': 'Plain http is refused without this, also for localhost.',
  'subscriptions[].tls':
    'For a receiver whose certificate is of an authority of your own, or that asks for one (mutual TLS). PEM.',
  'subscriptions[].tls.caFile': 'A file of authorities that are trusted in place of the public ones.',
  'subscriptions[].tls.clientCertificate': 'What is shown to a receiver that asks for a certificate.',
  'subscriptions[].tls.clientCertificate.certFile': 'The certificate, with its chain.',
  'subscriptions[].tls.clientCertificate.keyFile': 'Its private key, without a passphrase.',
  'subscriptions[].proxy': 'Instead of the proxy of the root, for this subscription only; none: no proxy.',
  'subscriptions[].proxy.file': 'A file that holds the URL of the proxy, for one with a password.',
  'subscriptions[].proxy.env': 'A variable of the environment that holds the URL of the proxy.',

  journal: 'Where events wait until they are delivered.',
  'journal.allowVolatile': 'Accept a directory in memory (tmpfs), whose events a reboot loses.',
  'journal.retention': 'How long delivered events and dead letters are kept, 1h to 365d.',
  'journal.maxBytes':
    'How large the journal may become, 1MiB to 1TiB. At it, the watcher stops reading until deliveries make room; nothing undelivered is dropped.',

  watch: 'What of the cluster is watched.',
  'watch.namespaces':
    'Only these namespaces, at most 100, each followed by itself. Left out: the whole cluster.',
  'watch.kubeletEvents':
    'Read kubelet Events, too: an earlier preStop for killed containers, and the hookFailed hook.',
  'watch.node': 'Only the Pods of one node, for one watcher per node.',
  'watch.resyncInterval': 'How often everything is listed and compared, as insurance; 10s to 1d.',
  'watch.replayExisting': 'At the very first start, emit postStart for what already runs.',

  standby:
    'A hot standby: several replicas with the same Lease and a journal each; one delivers, another takes over when it stops. Not together with watch.node.',
  'standby.lease': 'The Lease by which the replicas agree.',
  'standby.lease.name': 'Its name.',
  'standby.lease.namespace': "Its namespace. Default: that of the Pod, or of the kubeconfig's context.",
  'standby.leaseDuration': 'How long the others wait for a leader that says nothing, 4s to 60s.',

  listen: 'Where /livez, /readyz and /metrics are.',
  'listen.port': '0 takes any free port.',
  'listen.host': 'The address. Default: 0.0.0.0 inside a cluster, 127.0.0.1 anywhere else.',

  log: 'What the log says, on standard error.',
  'log.level': 'The least that is said.',
  'log.format': 'auto: pretty on a terminal, json otherwise.',
};
