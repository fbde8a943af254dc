import { SCENARIO_NAMES } from '../../infra/local/scenes/scenarios.ts';
import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { textValue, wholeNumberValue, wordValue } from '../command/value-kinds.ts';

const ABOUT = `
Runs the embedded Kubernetes cluster alone, on loopback: an API server that kubectl and "offhook watch" can use, and
a kubelet for each of its two nodes, whose containers are small models of processes. What happens to a Pod there,
happens as it does on Kubernetes 1.36. It goes on until Ctrl-C.

--scenario lets something happen by itself: what controllers, users and failing machines do.
`;

const NOTES = `
The UID of the cluster, which is part of the id of every event, stays the same for a data directory; a kubeconfig for it
is written there, too. The objects do not stay: everything is gone when it ends, and a watcher with a journal tells that at
its next start, as it would of a cluster that was restored.
`;

export const clusterCommand = defineCommand({
  name: 'cluster',
  summary: 'run the embedded cluster alone, with scenarios that play there',
  about: ABOUT,
  options: {
    scenario: {
      placeholder: 'NAME',
      kind: wordValue(SCENARIO_NAMES),
      help: 'what happens there; as often as wanted (see --list)',
      repeatable: true,
    },
    list: { help: 'list the scenarios, and end' },
    port: {
      placeholder: 'PORT',
      kind: wholeNumberValue(0, 65_535),
      help: 'of the API server; 0: a free one',
      default: '0',
    },
    'data-dir': {
      placeholder: 'DIR',
      kind: textValue,
      help: 'where the UID and the kubeconfig are kept; made where it is missing',
      default: '.offhook-cluster',
    },
  },
  notes: NOTES,
  examples: ['offhook cluster --scenario crash-loop --scenario oom-kill'],
  exitCodes: {
    0: 'after SIGINT or SIGTERM, and with --list',
    1: 'when it cannot start (port, data directory)',
    2: MISTAKE,
  },
  run: async (values, io) => (await import('./run-cluster.ts')).runCluster(values, io),
});
