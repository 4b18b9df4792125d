import type { Split } from '@contract/datasets.ts'
import type { DuplicateGroup } from '@contract/labelling.ts'
import { plural } from '../../ui/format.ts'

export interface Move {
  readonly itemIds: number[]
  readonly split: Split
}

/** Moves after which no group lies in more than one split. Near copies are kept together and out of the test split, as exact ones are at
 *  an import: a group goes to train where one of it is there already, else to validation. Groups share no items. */
export function keepTogether(groups: readonly DuplicateGroup[]): Move[] {
  const moves = { train: [] as number[], validation: [] as number[] }
  for (const { items } of groups) {
    const splits = new Set(items.map(({ split }) => split))
    if (splits.size < 2) continue
    const home = splits.has('train') ? 'train' : 'validation'
    moves[home].push(...items.filter(({ split }) => split !== home).map(({ item }) => item))
  }
  return (['train', 'validation'] as const)
    .map((split) => ({ split, itemIds: moves[split] }))
    .filter(({ itemIds }) => itemIds.length > 0)
}

/** "14 test images have a near copy in training, 2 validation images have a near copy in training." Test images first. */
export function straddlingWords(groups: readonly DuplicateGroup[]): string {
  const counts = new Map<string, number>()
  for (const { items } of groups) {
    const splits = new Set(items.map(({ split }) => split))
    if (splits.size < 2) continue
    const home = splits.has('train') ? 'training' : 'validation'
    for (const { split } of items) {
      if (split === 'train' || (split === 'validation' && home === 'validation')) continue
      const key = `${split} ${home}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  const parts = [...counts].sort().map(([key, count]) => {
    const [split = '', home = ''] = key.split(' ')
    return `${plural(count, `${split} image has`, `${split} images have`)} a near copy in ${home}`
  })
  if (parts.length === 0) return ''
  const score = [...counts.keys()].some((key) => key.startsWith('test')) ? 'test' : 'validation'
  return `${parts.join(', ')}. A ${score} score is then too good.`
}

/** What the moves will do, before they are made. */
export function moveWords(moves: readonly Move[]): string {
  const parts = moves.map(({ itemIds, split }) => `${plural(itemIds.length, 'image')} to ${split}`)
  return parts.length === 0
    ? ''
    : `Moves ${parts.join(' and ')}, so that each group lies in one split. One change, which can be undone.`
}
