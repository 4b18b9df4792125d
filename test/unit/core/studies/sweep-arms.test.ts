import { beforeAll, describe, expect, it } from 'vitest'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { sweepArms } from '../../../../src-main/core/studies/sweep-arms.ts'
import { studySpec } from '../../../support/study-rows.ts'
import { studyWorkspace, type StudyWorkspace } from '../../../support/study-workspace.ts'

let test: StudyWorkspace
beforeAll(() => {
  test = studyWorkspace()
})

function sweep(type: string, more: Partial<StudySpecInput> = {}) {
  const base = { dataset: 'toy', base: 'efficientnet-lite0', strategy: { type }, freeze: { all: true } } as never
  return sweepArms(test.app, test.session, studySpec({ kind: 'freeze-sweep', base, arms: [], ...more }))
}

describe('a sweep over frozen blocks', () => {
  it('has an arm with nothing frozen, then one for each block that holds weights, up to the last', () => {
    const { arms, problems } = sweep('fine-tuning')
    expect(problems).toEqual([])
    // EfficientNet-Lite0 has a stem, 16 blocks and a last convolution; pooling and head are no blocks to freeze.
    const blocks = arms.slice(1).map((arm) => (arm.patch['freeze'] as { upTo: string }).upTo)
    expect(blocks).toHaveLength(18)
    expect(new Set(blocks).size).toBe(18)
    expect(arms[0]).toEqual({
      label: 'Nothing frozen',
      patch: { reuse: null, cut: null, freeze: null, train: { all: true } },
    })
    expect(arms.map((arm) => arm.label)).toEqual([
      'Nothing frozen',
      'Frozen up to Stem',
      ...Array.from({ length: 16 }, (_unused, i) => `Frozen up to Block ${i}`),
      'All frozen (up to Head)',
    ])
    expect(arms[1]?.patch).toEqual({ reuse: null, cut: null, train: null, freeze: { upTo: blocks[0] } })
  })

  it('trains by fine-tuning where the base would freeze everything by itself', () => {
    const { arms } = sweep('feature-extraction')
    expect(arms).toHaveLength(19)
    for (const arm of arms) expect(arm.patch['strategy']).toEqual({ type: 'fine-tuning' })
  })
})

describe('a sweep over cuts', () => {
  it('has a head behind each block, with all before it frozen', () => {
    const { arms } = sweep('fine-tuning', { sweep: 'cut' })
    const freezes = sweep('fine-tuning').arms.slice(1)
    expect(arms.map((arm) => arm.patch['cut'])).toEqual(
      freezes.map((arm) => (arm.patch['freeze'] as { upTo: string }).upTo),
    )
    expect(arms[0]?.label).toBe(freezes[0]?.label.replace('Frozen up to', 'Cut after'))
    const { cut, ...rest } = arms[0]!.patch
    expect(cut).toBeTypeOf('string')
    expect(rest).toEqual({ reuse: null, train: null, freeze: { all: true }, strategy: { type: 'feature-extraction' } })
  })
})

describe('a sweep of fresh weights', () => {
  it('is refused', () => {
    const base = { dataset: 'toy', base: { architecture: 'lenet' }, strategy: { type: 'fine-tuning' } } as never
    expect(sweep('fine-tuning', { base })).toEqual({
      arms: [],
      problems: [
        {
          level: 'block',
          code: 'sweep',
          message: 'A freeze sweep needs a base whose weights are reused. Received: a network with fresh weights.',
          fix: null,
        },
      ],
    })
  })
})
