/** What the checks of this folder are listed under. */
export const API_SERVER_GROUP = 'API server';
