import { defineCommand } from '../command/command.ts';
import { MISTAKE } from '../command/exit-code.ts';
import { textValue } from '../command/value-kinds.ts';
import { JSON_OBJECT } from '../options/json.ts';
import { WHICH_AUDIT } from './which-audit.ts';

const ABOUT = `
Checks every chain of an audit trail from its first record to its last: that no record was changed,
removed, added or moved, and that what is kept of each event is what was received. Names the first
record of a chain that is wrong. Never writes.

What a chain cannot show by itself are records that are missing at its end, or a chain that was computed
anew as a whole. Checkpoints show that, as far as they reach.
`;

export const auditVerifyCommand = defineCommand({
  name: 'verify',
  summary: 'check the chains, what is kept of the events, and the checkpoints',
  about: ABOUT,
  options: {
    ...WHICH_AUDIT,
    checkpoints: {
      placeholder: 'DIR',
      kind: textValue,
      help: 'signed checkpoints, as a receiver wrote them, or copied from a bucket',
    },
    'checkpoint-secret-file': {
      placeholder: 'FILE',
      kind: textValue,
      help: 'key of the checkpoints: whpk_… (Ed25519) or whsec_…; several after a rotation',
      formerly: 'key',
      goesWith: { checkpoints: 'the keys of events go with --signing-secret-file' },
    },
    'signing-secret-file': {
      placeholder: 'FILE',
      kind: textValue,
      help: 'keys of the events: whsec_… or whpk_…, also former ones, at most eight; verifies the signature of every event again',
      formerly: 'signing-key',
      conflicts: { 'no-bodies': 'it needs what is kept of the events; leave out --no-bodies' },
    },
    'trust-bus': {
      help: 'events may have come over a bus that checks who puts to it: those without a signature, or with one that nobody has verified, are counted and no fault',
    },
    'no-bodies': { help: 'only the chains: what is kept of the events is not read' },
    json: JSON_OBJECT,
  },
  exitCodes: {
    0: 'when everything is as it was written',
    1: 'when something is not, when there is no record at all, or when it cannot be read',
    2: MISTAKE,
  },
  run: async (values, io) => (await import('./verify-trail.ts')).verifyTrail(values, io),
});
