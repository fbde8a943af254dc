/**
 * Name or ARN of an event bus: the pattern of `EventBusName` in PutEvents, and no name is longer than CreateEventBus
 * makes one.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 */
export const EVENT_BUS_NAME_PATTERN: RegExp =
  /^(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:\d{12}:event-bus\/)?[/.\-_A-Za-z0-9]{1,256}$/;

/** The longest `EventBusName` that PutEvents takes, an ARN, in characters. */
export const MAX_EVENT_BUS_NAME = 1_600;
