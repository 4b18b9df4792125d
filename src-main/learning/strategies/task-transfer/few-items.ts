/** Fewer items than these make win rates that another draw of items could turn around. */
export const FEW_ITEMS = 100
