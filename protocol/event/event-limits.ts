/**
 * How long what an event says may be, in UTF-16 units. One set of limits for what a receiver takes, stores, finds,
 * exports and verifies: whatever was answered with 202 can be kept and told again, everywhere.
 *
 * Identities hold no control characters, and are not longer than `CUT_STRING_LENGTH`, so that nothing an id is made of is
 * ever cut. The short ones may be put together to a key of a store; the tightest has 1,024 bytes (DynamoDB), and a UTF-16
 * unit takes at most three.
 */

/** Names of Pods, namespaces and nodes, containerIDs, and the name of a cluster. */
export const MAX_NAME = 253;
/** Names of containers, and UIDs. That of a cluster is the partitionkey of events that concern all of it. */
export const MAX_SHORT_NAME = 128;
/** `partitionkey`: as much as CloudEvents allows. */
export const MAX_PARTITION_KEY = 128;
/** `source`, `subject`, `dataschema`: lines of names. */
export const MAX_LINE = 1_024;
/** Free text: images, owners, reasons. */
export const MAX_TEXT = 8_192;
/** `<prefix>/<name>` of a label as Kubernetes has it: 253, a slash and 63. */
export const MAX_LABEL_KEY = 317;
/** As much as an event holds: labels are kept nowhere but in the event itself. */
export const MAX_LABEL_VALUE = 65_536;
export const MAX_LABELS = 1_000;
/** Exit codes and signals: int32. */
export const MAX_INT32 = 2_147_483_647;
