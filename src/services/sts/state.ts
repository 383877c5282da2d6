/** Sessions are kept where keys are: by the identity service. */
export const state = {};
