import { expect, test } from 'vitest';
import { behindCommand, programName } from '../../cli/program-name.ts';

test.each([
  ['/usr/local/bin/kubectl-offhook', 'kubectl offhook'],
  ['/app/bin/kubectl-offhook.js', 'kubectl offhook'],
  ['/app/bin/offhook.js', 'offhook'],
  ['/kubectl-offhook/bin/offhook.js', 'offhook'],
  [undefined, 'offhook'],
])('%s is called %s', (script, name) => {
  expect(programName(script)).toBe(name);
});

test.each([
  ['-n shop subscription list', 'subscription list -n shop'],
  ['-A --context=one subscription list --json', 'subscription list --json --context=one -A'],
  ['--kubeconfig f -n shop journal list', 'journal list -n shop --kubeconfig f'],
  ['subscription list -n shop', 'subscription list -n shop'],
  ['--help', '--help'],
  ['-n', '-n'],
])('%s is read as %s', (given, order) => {
  expect(behindCommand(given.split(' ')).join(' ')).toBe(order);
});
