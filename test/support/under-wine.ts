/** Set by `npm run test:windows`: what runs is Windows' code of Graft, on Wine's system. */
export const isUnderWine = process.env.GRAFT_UNDER_WINE === '1'
