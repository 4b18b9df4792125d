import { expect, test } from 'vitest'
import { describeGap } from '../../../../src-main/learning/analyses/domain-gap/domain-gap-report.ts'
import type { DatasetAudit } from '../../../../src-main/learning/domain-gap/data-audit.ts'

const features = (from: number) => ({ values: Float32Array.from({ length: 12 }, (_, i) => from + (i % 5)), length: 3 })

function audit(name: string, mean: number): DatasetAudit {
  const pixels = { images: 9, min: [0], max: [255], mean: [mean], std: [78] }
  return { name, items: 90, splits: { train: 60, validation: 15, test: 15 }, pixels, classCounts: [45, 45] }
}

function finding(mean: number) {
  const proxy = { distance: 2, raw: 2, error: 0, standardError: 0.01, perDomain: 60, cost: 1 }
  const { finding } = describeGap({
    layer: 'features',
    audit: { source: audit('digits', 33), target: audit('theirs', mean), classes: ['0', '1'], shared: 0 },
    distance: { proxy, mmd: { squared: 1, width: 1, pValue: 0.001, perDomain: 60 }, source: features(0), target: features(9) },
    classes: [],
    names: ['digits', 'theirs'],
    target: 'theirs',
    usesRandomFeatures: false,
  }) // prettier-ignore
  return finding
}

test('brighter images are a gap that adaptation is offered for', () => {
  const { words, suggestions } = finding(150)
  expect(words).toContain('Domain adaptation is worth a try')
  expect(suggestions).toHaveLength(2)
})

test('images that are the others inverted are to be mended, not adapted to', () => {
  const { words, suggestions } = finding(222)
  expect(words).toContain('One looks like the other inverted (mean 33 against 222): invert the images of one of them')
  expect(words).not.toContain('worth a try')
  expect(suggestions).toEqual([])
})
