/** Regions and zones are the same for everybody: nothing is kept yet. */
export const state = {};
