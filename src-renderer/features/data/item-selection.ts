/** Which items are marked, over a fixed order of ids. `cursor` is where the arrows stand, `anchor` where a range began. */
export interface Selection {
  readonly ids: ReadonlySet<number>
  readonly cursor: number
  readonly anchor: number
}

export const NOTHING: Selection = { ids: new Set(), cursor: -1, anchor: -1 }

export interface ClickKeys {
  readonly shift: boolean
  readonly ctrl: boolean
}

export function click(selection: Selection, order: readonly number[], index: number, keys: ClickKeys): Selection {
  const id = order[index]
  if (id === undefined) return selection
  if (keys.shift && selection.anchor >= 0) {
    const range = rangeIds(order, selection.anchor, index)
    return { ids: keys.ctrl ? new Set([...selection.ids, ...range]) : range, cursor: index, anchor: selection.anchor }
  }
  if (!keys.ctrl) return only(order, index)
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  return { ids, cursor: index, anchor: index }
}

/** Arrows: moves the cursor by `delta`; with `extend` (Shift) the range from the anchor follows. */
export function move(selection: Selection, order: readonly number[], delta: number, extend: boolean): Selection {
  if (order.length === 0) return NOTHING
  // The first arrow press marks the first item instead of skipping over it.
  const from = selection.cursor < 0 ? (delta > 0 ? -delta : order.length) : selection.cursor
  const target = from + delta
  // A row step that would leave the grid stays in its column.
  const cursor =
    Math.abs(delta) > 1 && (target < 0 || target >= order.length) && selection.cursor >= 0
      ? edge(selection.cursor, target, delta, order.length)
      : clamp(target, order.length)
  return extend ? extendTo(selection, order, cursor) : only(order, cursor)
}

export function moveTo(selection: Selection, order: readonly number[], index: number, extend = false): Selection {
  if (order.length === 0) return NOTHING
  const cursor = clamp(index, order.length)
  return extend ? extendTo(selection, order, cursor) : only(order, cursor)
}

export function selectAll(selection: Selection, order: readonly number[]): Selection {
  return { ids: new Set(order), cursor: Math.max(0, selection.cursor), anchor: Math.max(0, selection.anchor) }
}

/** After the order changed (another filter): what is still there stays marked. */
export function keepIn(selection: Selection, order: readonly number[], before: readonly number[]): Selection {
  const present = new Set(order)
  const ids = new Set([...selection.ids].filter((id) => present.has(id)))
  const at = before[selection.cursor]
  const cursor = at === undefined ? -1 : order.indexOf(at)
  return { ids, cursor, anchor: cursor }
}

/** What a command applies to: the marked items in grid order, else the one under the cursor. */
export function targets(selection: Selection, order: readonly number[]): number[] {
  if (selection.ids.size > 1) return order.filter((id) => selection.ids.has(id))
  if (selection.ids.size === 1) return [...selection.ids]
  const id = order[selection.cursor]
  return id === undefined ? [] : [id]
}

function only(order: readonly number[], index: number): Selection {
  const id = order[index]
  return { ids: new Set(id === undefined ? [] : [id]), cursor: index, anchor: index }
}

function extendTo(selection: Selection, order: readonly number[], cursor: number): Selection {
  const anchor = selection.anchor < 0 ? cursor : selection.anchor
  return { ids: rangeIds(order, anchor, cursor), cursor, anchor }
}

function rangeIds(order: readonly number[], a: number, b: number): Set<number> {
  return new Set(order.slice(Math.min(a, b), Math.max(a, b) + 1))
}

function clamp(index: number, length: number): number {
  return Math.max(0, Math.min(length - 1, index))
}

function edge(cursor: number, target: number, delta: number, length: number): number {
  if (target < 0) return cursor
  // The last row may be shorter: go to its end, unless the cursor already stands in it.
  const columns = Math.abs(delta)
  return Math.floor(cursor / columns) === Math.floor((length - 1) / columns) ? cursor : length - 1
}
