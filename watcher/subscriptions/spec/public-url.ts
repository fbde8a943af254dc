import * as z from 'zod';
import { expectedUnseen } from '../../../settings/expected.ts';
import { LONGEST_URL } from '../../config/subscription-bounds.ts';
import { withRules } from './field-rule.ts';

const LABEL = '[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?';
/** The last one begins with a letter: no address of numbers, however it is spelled. */
const LAST_LABEL = '[a-z]([-a-z0-9]{0,61}[a-z0-9])?';
const PORT = '[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]';
/** Visible ASCII without # and \, which parsers of URLs drop or turn. */
const VISIBLE = '[!-"$-\\[\\]-~]*';

/** Path and query of a request. */
export const PATH_PATTERN: RegExp = new RegExp(`^/${VISIBLE}$`);

const URL_PATTERN = new RegExp(`^https://(${LABEL}[.])+${LAST_LABEL}(:(${PORT}))?([/?]${VISIBLE})?$`);

/** Names that mean something only inside a network. */
const PRIVATE_NAME = '^https://[^/?:]*[.](local|localhost|svc|internal|intranet|lan|home|corp)([:/?]|$)';
const IS_PRIVATE = new RegExp(PRIVATE_NAME);

const WANTED =
  'an https URL of a host with a public name, in lower case, without user, fragment, spaces or an IP address';

/** Where a tenant's requests may be addressed to. Messages never show it: people put tokens in paths. */
export function publicUrl(about: string) {
  const params = expectedUnseen(WANTED);
  const text = z.string(params).min(12, params).max(LONGEST_URL, params).regex(URL_PATTERN, params);
  return withRules(text, [
    {
      rule: `!self.matches('${PRIVATE_NAME}')`,
      message: 'must name a public host; use target.service for a Service of this namespace',
      holds: (url) => !IS_PRIVATE.test(url),
    },
  ]).describe(about);
}
