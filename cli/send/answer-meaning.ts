/** Meanings of what a receiver of Offhook answers (docs/wire.md): what it says, and what to do. */
const MEANINGS: Readonly<Record<string, string>> = {
  stored: 'it is durable, and its handlers run',
  duplicate: 'this event was stored before; nothing runs again',
  ignored: 'signed well, but of a type that this receiver does not know: is it an older version?',

  missing_header: 'a header of the signature did not get there: does a proxy between take headers away?',
  duplicate_header: 'a header of the signature came twice: does a proxy between add to headers?',
  bad_id: 'the webhook-id is none',
  bad_timestamp: 'the webhook-timestamp is none',
  timestamp_too_old:
    'it was signed more than five minutes before the clock of the receiver: synchronise both clocks (NTP)',
  timestamp_too_new:
    'it was signed more than five minutes after the clock of the receiver: synchronise both clocks (NTP)',
  too_many_signatures: 'it has more signatures than a receiver looks at: sign with fewer secrets',
  no_supported_signature:
    'there is no signature of a scheme that the receiver has a key for: whsec_ goes with whsec_, whsk_ with its whpk_',
  bad_signature: 'none of the keys of the receiver belongs to this secret: give both sides the same one',
  key_not_for_source:
    "the receiver's key for this secret is bound to another cluster: --set cluster.uid=UID, the one before its =",

  body_cut_off: 'the body ended before it was complete: does something between cut it?',
  empty_body: 'the body did not get there',
  invalid_utf8: 'the body was changed on its way: it is no UTF-8',
  not_json: 'the body was changed on its way: it is no JSON',
  duplicate_key: 'the body has a key twice',
  forbidden_key: 'the body has a key that no event may have',
  too_deep: 'the body is nested too deeply',
  body_too_large: 'the body is larger than the receiver reads',
  unsupported_media_type:
    'the receiver did not get content-type application/cloudevents+json: does a gateway between change it?',
  unsupported_encoding: 'something between compressed the body, which no receiver takes',

  unreadable_event: 'this version of the receiver cannot read the event: the path says where',
  source_mismatch: 'it claims another source than its payload has',
  partitionkey_mismatch: 'it claims another partitionkey than its payload has',
  id_mismatch: 'it claims another id than its payload leads to: is the receiver of another version?',
  amends_mismatch: 'it amends another event than its payload says',
  different_bytes:
    'an event with this id and other content was stored before: change pod.uid or container.id, too',

  method_not_allowed: 'something between made another method of POST: redirects do',
  not_configured: 'the receiver has a wrong or missing setting, which its log names',
  not_stored: 'the receiver could not store it just now: see its log, and send it again',
  internal: 'the receiver failed as it never should: see its log',
};

/** What a status says by itself, of anything that answers. */
const STATUSES: Readonly<Record<number, string>> = {
  401: 'it was not let in: a gateway before the receiver may want a token (--bearer-token-file)',
  403: 'it was not let in: a gateway or firewall before the receiver refuses',
  404: 'nothing takes events at this URL: the path of a receiver of Offhook is /events',
  405: 'nothing takes POST at this URL: the path of a receiver of Offhook is /events',
  410: 'this receiver takes no more events; a watcher would end the subscription',
  415: 'the receiver does not take application/cloudevents+json',
  429: 'the receiver has had too many requests',
  503: 'the receiver, or a gateway before it, has no room just now',
};

/**
 * What an answer means, in one sentence.
 *
 * @param code `status` or `error` of its body; null where there is none.
 */
export function answerMeaning(status: number, code: string | null): string {
  const known = code === null || !Object.hasOwn(MEANINGS, code) ? undefined : MEANINGS[code];
  if (known !== undefined) return known;
  if (status >= 200 && status < 300) return 'taken, in words that are not those of a receiver of Offhook';
  if (status >= 300 && status < 400) return 'redirects are not followed: name the URL that it leads to';
  return STATUSES[status] ?? (status >= 500 ? 'the receiver failed: see its log' : 'refused');
}
