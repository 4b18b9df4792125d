import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  click,
  keepIn,
  move,
  moveTo,
  NOTHING,
  type Selection,
  selectAll,
  targets,
} from '../../../../src-renderer/features/data/item-selection.ts'

const order = Array.from({ length: 10 }, (_, index) => 100 + index)
const plain = { shift: false, ctrl: false }
const ids = (selection: Selection): number[] => [...selection.ids].sort((a, b) => a - b)

describe('clicks', () => {
  it('marks one, adds with Ctrl, takes a range with Shift', () => {
    let now = click(NOTHING, order, 2, plain)
    expect(ids(now)).toEqual([102])
    now = click(now, order, 5, { shift: false, ctrl: true })
    expect(ids(now)).toEqual([102, 105])
    now = click(now, order, 7, { shift: true, ctrl: true })
    expect(ids(now)).toEqual([102, 105, 106, 107])
    now = click(now, order, 3, { shift: true, ctrl: false })
    expect(ids(now)).toEqual([103, 104, 105])
    expect(ids(click(now, order, 4, { shift: false, ctrl: true }))).toEqual([103, 105])
  })
})

describe('arrows', () => {
  it('starts at the first item and walks rows of four', () => {
    let now = move(NOTHING, order, 1, false)
    expect(now.cursor).toBe(0)
    now = move(now, order, 4, false)
    now = move(now, order, 4, false)
    expect(now.cursor).toBe(8)
    expect(move(now, order, 4, false).cursor).toBe(8)
    expect(move(moveTo(now, order, 6), order, 4, false).cursor).toBe(9)
    expect(move(moveTo(now, order, 1), order, -4, false).cursor).toBe(1)
  })

  it('extends with Shift and shrinks back over the anchor', () => {
    let now = moveTo(NOTHING, order, 4)
    now = move(now, order, 1, true)
    now = move(now, order, 1, true)
    expect(ids(now)).toEqual([104, 105, 106])
    now = move(move(move(now, order, -1, true), order, -1, true), order, -1, true)
    expect(ids(now)).toEqual([103, 104])
  })

  it('never leaves the list, whatever is pressed', () => {
    const step = fc.record({ delta: fc.constantFrom(-20, -4, -1, 1, 4, 20), extend: fc.boolean() })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(step), (length, steps) => {
        const list = Array.from({ length }, (_, index) => index)
        const end = steps.reduce((now, { delta, extend }) => move(now, list, delta, extend), moveTo(NOTHING, list, 0))
        return end.cursor >= 0 && end.cursor < length && end.ids.has(end.cursor)
      }),
    )
  })
})

describe('what a command applies to', () => {
  it('is the marked items in grid order, else the one under the cursor', () => {
    const marked = click(click(NOTHING, order, 7, plain), order, 1, { shift: false, ctrl: true })
    expect(targets(marked, order)).toEqual([101, 107])
    expect(targets({ ids: new Set(), cursor: 3, anchor: 3 }, order)).toEqual([103])
    expect(targets(NOTHING, order)).toEqual([])
    expect(targets(selectAll(NOTHING, order), order)).toEqual(order)
  })

  it('survives another filter where it can', () => {
    const marked = click(click(NOTHING, order, 7, plain), order, 1, { shift: false, ctrl: true })
    expect(keepIn(marked, [101, 105], order)).toEqual({ ids: new Set([101]), cursor: 0, anchor: 0 })
    expect(keepIn(marked, [105], order)).toEqual({ ids: new Set(), cursor: -1, anchor: -1 })
  })
})
