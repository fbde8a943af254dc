/** What the checks of this folder are listed under. */
export const JOURNAL_GROUP = 'Journal';
