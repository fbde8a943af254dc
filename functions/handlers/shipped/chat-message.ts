import type { PostStopAmendedEvent, PostStopEvent } from '../../../protocol/event/lifecycle-event.ts';
import { counted } from '../../../settings/counted.ts';

/** `slack`: `{ "text" }`, as Slack, Mattermost and Rocket.Chat take it. `discord`: `{ "content" }`. */
export const CHAT_FORMATS = ['slack', 'discord'] as const;
type ChatFormat = (typeof CHAT_FORMATS)[number];

/** Longest name in Kubernetes: a DNS subdomain. */
const MAX_CHARACTERS = 253;

/**
 * The message about a crash. Whatever comes from the event stands in a code span, in which neither service makes links
 * or mentions of anything, without the characters that could end it; Slack's control characters are escaped besides,
 * and Discord is told to mention nobody.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text
 * @see https://discord.com/developers/docs/resources/message#allowed-mentions-object
 */
export function chatMessage(format: ChatFormat, event: PostStopEvent | PostStopAmendedEvent): object {
  switch (format) {
    case 'slack':
      return { text: describeCrash(event, (value) => code(escapeForSlack(plain(value)))) };
    case 'discord': {
      const content = describeCrash(event, (value) => code(plain(value)));
      return { content, allowed_mentions: { parse: [] } };
    }
    default:
      return format satisfies never;
  }
}

function describeCrash(
  { data }: PostStopEvent | PostStopAmendedEvent,
  quote: (value: string) => string,
): string {
  const { cluster, pod, container, exit } = data;
  const facts = [
    exit.code === null ? 'an unknown exit code' : `exit code ${exit.code}`,
    ...(exit.signal === null || exit.signal === 0 ? [] : [`signal ${exit.signal}`]),
    ...(exit.reason === null ? [] : [`reason ${quote(exit.reason)}`]),
  ];
  const where = `${quote(`${pod.namespace}/${pod.name}`)} in cluster ${quote(cluster.name)}`;
  const restarts =
    container.restartCount === 0 ? '' : `, restarted ${counted(container.restartCount, 'time')} so far`;
  return `Container ${quote(container.name)} of ${where} crashed: ${facts.join(', ')}${restarts}`;
}

/** One line without the character that ends a code span; never empty, because two backticks would open one. */
function plain(value: string): string {
  const line = value.replace(/[\p{C}\p{Z}`]+/gu, ' ').trim();
  return line === '' ? '?' : line.slice(0, MAX_CHARACTERS);
}

function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function code(text: string): string {
  return `\`${text}\``;
}
