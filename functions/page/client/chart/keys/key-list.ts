/** The keys, as help and documentation list them; the first word of each is what is pressed. */
export const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['+ −', 'Zoom in, zoom out'],
  ['← →', 'Move in time; with Shift by a screen'],
  ['↑ ↓', 'Scroll the lanes'],
  ['PgUp PgDn', 'Scroll the lanes by eight'],
  ['0', 'Show everything that fits the filters'],
  ['Home', 'Go to the beginning of what is loaded'],
  ['End', 'Go to the present and follow it'],
  ['F', 'Follow the present, or stand still'],
  ['Enter', 'Walk through the runs: arrows choose, Enter opens, Esc ends'],
  ['C', 'Close or open the group of the chosen lane'],
  ['P', 'Pods of one owner share lanes, or one lane for each Pod'],
  ['N', 'Groups by name, or by what needs eyes'],
  ['T', 'Timeline or table'],
  ['?', "Help, with the mouse's part"],
];
