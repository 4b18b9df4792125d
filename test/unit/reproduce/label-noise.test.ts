import { expect, it } from 'vitest'
import { auroc, changeLabels, findingFigures } from '../../reproduce/support/label-noise.ts'

it('changes the share that was asked for, each label to another class, twice the same', () => {
  const labels = Array.from({ length: 200 }, (_, i) => i % 10)
  for (const kind of ['uniform', 'pairs'] as const) {
    const given = changeLabels(labels, 0.2, kind, 3)
    expect(given.filter((label, i) => label !== labels[i])).toHaveLength(40)
    expect(changeLabels(labels, 0.2, kind, 3)).toEqual(given)
    expect(changeLabels(labels, 0.2, kind, 4)).not.toEqual(given)
    expect(given.every((label) => label >= 0 && label < 10)).toBe(true)
  }
})

it('figures by hand: two of three found are right, one of three changed was missed; equal scores count half', () => {
  const isChanged = [true, false, true, true, false]
  expect(auroc([3, 1, 2, 1, 0], isChanged)).toBeCloseTo((2 + 2 + 1.5) / 6, 12)
  expect(findingFigures([0, 1, 2], [3, 1, 2, 1, 0], isChanged)).toMatchObject({
    precision: 2 / 3,
    recall: 2 / 3,
    precisionAtK: 2 / 3,
  })
})
