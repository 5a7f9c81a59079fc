/** A secret, and so no setting: it would be seen on the command line, and in files that are handed on. */
export const HUB_TOKEN_VARIABLE = 'QUORATE_HUB_TOKEN'
