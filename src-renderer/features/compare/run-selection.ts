export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Where a Shift-click's range starts. */
  readonly anchor: string | null
}

export const EMPTY_SELECTION: Selection = { ids: new Set(), anchor: null }

export interface ClickKeys {
  readonly shift: boolean
  readonly toggle: boolean
}

/** What a click on `id` selects: plain takes it alone, Ctrl adds or removes it, Shift takes the range from the anchor. */
export function clickSelection(selection: Selection, id: string, order: readonly string[], keys: ClickKeys): Selection {
  if (keys.shift && selection.anchor !== null) {
    const range = rangeOf(order, selection.anchor, id)
    return { ids: new Set(keys.toggle ? [...selection.ids, ...range] : range), anchor: selection.anchor }
  }
  if (!keys.toggle) return { ids: new Set([id]), anchor: id }
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, anchor: id }
}

function rangeOf(order: readonly string[], from: string, to: string): string[] {
  const start = order.indexOf(from)
  const end = order.indexOf(to)
  if (start < 0 || end < 0) return [to]
  return order.slice(Math.min(start, end), Math.max(start, end) + 1)
}
