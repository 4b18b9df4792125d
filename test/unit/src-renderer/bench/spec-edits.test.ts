import type { Dataset } from '@contract/datasets.ts'
import type { BaseModel, Catalog } from '@contract/models.ts'
import type { ExperimentSpecInput } from '@contract/spec.ts'
import { describe, expect, it } from 'vitest'
import { effectiveHeads, freeColumns, withHead, withoutHead } from '../../../../src-renderer/features/bench/heads.ts'
import { pushHistory, redoHistory, startHistory, undoHistory } from '../../../../src-renderer/features/bench/history.ts'
import { parseSeeds } from '../../../../src-renderer/features/bench/parse-seeds.ts'
import { patchSpec } from '../../../../src-main/contract/patch-spec.ts'
import { startSpec, withBase, withDataset, withStrategy } from '../../../../src-renderer/features/bench/start-spec.ts'
import { followStrategy } from '../../../../src-renderer/features/bench/strategy-name.ts'
import { asFineTuning } from '../../../../src-renderer/features/bench/variants.ts'
import { asDraft, draftKey } from '../../../../src-renderer/features/bench/draft.ts'

const spec: ExperimentSpecInput = {
  name: 'n',
  dataset: 'photos',
  base: 'net',
  strategy: { type: 'feature-extraction' },
  freeze: { all: true },
}

function base(id: string, kind: BaseModel['kind'], inputs: BaseModel['inputs']): BaseModel {
  return { id, kind, inputs, title: id } as BaseModel
}
const bases = [
  base('net', 'pretrained', 'image'),
  base('mlp', 'architecture', 'any'),
  base('cnn', 'architecture', 'image'),
]

function dataset(name: string, kind: Dataset['kind'], columns: string[]): Dataset {
  return {
    id: `id-${name}`,
    name,
    kind,
    labelColumns: columns.map((column) => ({ name: column, type: 'classification', classes: ['a', 'b'] })),
  } as unknown as Dataset
}

describe('history', () => {
  it('goes back and forth, and a new step forgets what was undone', () => {
    let history = startHistory({ n: 1 })
    history = pushHistory(history, { n: 2 }, 0)
    history = pushHistory(history, { n: 3 }, 1)
    history = undoHistory(undoHistory(undoHistory(history)))
    expect(history.present).toEqual({ n: 1 })
    expect(redoHistory(history).present).toEqual({ n: 2 })
    expect(pushHistory(redoHistory(history), { n: 9 }, 2).future).toEqual([])
  })

  it('joins quick edits of one field and ignores what changes nothing', () => {
    let history = startHistory({ name: '' })
    for (const [at, name] of ['a', 'ab', 'abc'].entries()) history = pushHistory(history, { name }, at * 100, 'name')
    expect(history.past).toEqual([{ name: '' }])
    expect(pushHistory(history, { name: 'abc' }, 999)).toBe(history)
    expect(pushHistory(history, { name: 'abcd' }, 5000, 'name').past).toHaveLength(2)
  })
})

describe('patchSpec', () => {
  it('sets and takes away by path without touching the spec given', () => {
    const next = patchSpec(spec, { 'optimizer.learningRate': 0.01, freeze: null, cut: 'block3' })
    expect(next).toEqual({ ...spec, freeze: undefined, optimizer: { learningRate: 0.01 }, cut: 'block3' })
    expect(spec.freeze).toEqual({ all: true })
  })

  it('reaches into lists and removes what becomes empty', () => {
    const heads = [{ name: 'a', column: 'x', type: 'classification' as const }]
    expect(patchSpec({ ...spec, heads }, { 'heads.0.column': 'y' }).heads?.[0]?.column).toBe('y')
    expect(patchSpec({ ...spec, freeze: { pattern: '[' } }, { 'freeze.pattern': null })).not.toHaveProperty('freeze')
    expect(patchSpec({ ...spec, heads }, { 'heads.0': null }).heads).toEqual([])
  })

  it('cannot reach a prototype', () => {
    patchSpec(spec, { '__proto__.polluted': 1 })
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('parseSeeds', () => {
  it.each([
    ['1', [1]],
    ['1, 2, 3', [1, 2, 3]],
    ['3 1-3', [3, 1, 2]],
    ['0;7', [0, 7]],
  ])('reads %s', (text, seeds) => expect(parseSeeds(text)).toEqual(seeds))

  it.each(['', 'a', '-1', '1.5', '5-2', '99999999999', '1-1000'])('says what is wrong with "%s"', (text) =>
    expect(parseSeeds(text)).toMatch(/[a-z]/),
  )
})

describe('start of a spec', () => {
  it('takes the pretrained model frozen for images and a network from nothing for tables', () => {
    expect(startSpec(dataset('photos', 'image', ['label']), bases)).toMatchObject({
      base: 'net',
      freeze: { all: true },
      strategy: { type: 'feature-extraction' },
    })
    expect(startSpec(dataset('rows', 'table', ['y']), bases)).toMatchObject({
      base: { architecture: 'mlp' },
      strategy: { type: 'fine-tuning' },
    })
  })

  it('keeps the experiment for a dataset of the same kind, but not its heads', () => {
    const own = { ...spec, heads: [{ name: 'a', column: 'x', type: 'classification' as const }], epochs: 3 }
    const next = withDataset(own, dataset('other', 'image', ['z']), bases)
    expect(next).toMatchObject({ dataset: 'other', base: 'net', epochs: 3 })
    expect(next).not.toHaveProperty('heads')
    expect(withDataset(own, dataset('rows', 'table', ['z']), bases).base).toEqual({ architecture: 'mlp' })
  })

  it('forgets the names of layers with the base that had them', () => {
    const next = withBase({ ...spec, cut: 'block3', train: { from: 'block2' } }, bases[2]!)
    expect(next).toMatchObject({ base: { architecture: 'cnn' }, strategy: { type: 'fine-tuning' } })
    for (const field of ['cut', 'train', 'freeze', 'reuse']) expect(next).not.toHaveProperty(field)
  })

  it('frees blocks when fine-tuning takes over a frozen base, and freezes them again', () => {
    const tuned = withStrategy(spec, 'fine-tuning', true)
    expect(tuned).toMatchObject({ train: { lastBlocks: 2 }, strategy: { type: 'fine-tuning' } })
    expect(tuned).not.toHaveProperty('freeze')
    expect(withStrategy(tuned, 'feature-extraction', true)).toMatchObject({ freeze: { all: true } })
    expect(withStrategy({ ...tuned, train: { from: 'x' } }, 'other', true)).toMatchObject({ train: { from: 'x' } })
  })

  it('keeps a name that Graft made with the strategy, and a name that the user gave', () => {
    const variants = [
      { type: 'distillation', label: 'Knowledge distillation', help: '', fields: [] },
      { type: 'feature-extraction', label: 'Feature extraction', help: '', fields: [] },
    ]
    const tuned = { ...asFineTuning({ ...spec, name: 'birds, first try' }, null) }
    expect(tuned.name).toBe('birds, first try, fine-tuned')
    const distilled = withStrategy(tuned, 'distillation', true, variants)
    expect(distilled.name).toBe('birds, first try, knowledge distillation')
    expect(withStrategy(distilled, 'fine-tuning', true, variants).name).toBe('birds, first try, fine-tuned')
    expect(withStrategy({ ...tuned, name: 'mine' }, 'distillation', true, variants).name).toBe('mine')
    // A recipe changes the strategy by a patch.
    const patched = patchSpec(tuned, { strategy: { type: 'distillation' } })
    expect(followStrategy(tuned, patched, variants).name).toBe('birds, first try, knowledge distillation')
    // The counterpart of a run does not say both.
    const catalog = { strategies: variants, presets: [] } as unknown as Catalog
    const extracted = { ...spec, name: 'birds, feature extraction' }
    expect(asFineTuning(extracted, catalog).name).toBe('birds, fine-tuned')
  })

  it('makes the fine-tuned counterpart with the same budget, seed and data', () => {
    const twin = asFineTuning({ ...spec, seed: 7, epochs: 20 }, null)
    expect(twin).toMatchObject({
      seed: 7,
      epochs: 20,
      dataset: 'photos',
      strategy: { type: 'fine-tuning' },
      train: { lastBlocks: 2 },
    })
    expect(twin).not.toHaveProperty('freeze')
  })
})

describe('heads', () => {
  const two = dataset('two', 'image', ['species', 'colour'])

  it('means the first label column until told otherwise', () => {
    expect(effectiveHeads(spec, two).map((head) => head.column)).toEqual(['species'])
    expect(freeColumns(spec, two).map((column) => column.name)).toEqual(['colour'])
  })

  it('adds one per free column and takes them away', () => {
    const both = withHead(spec, two)
    expect(both.heads?.map((head) => head.name)).toEqual(['species', 'colour'])
    expect(withHead(both, two)).toBe(both)
    expect(withoutHead(both, two, 0).heads?.map((head) => head.name)).toEqual(['colour'])
  })
})

describe('draft', () => {
  it('has a short key of its own for every path', () => {
    expect(draftKey(`/${'long/'.repeat(100)}`).length).toBeLessThan(40)
    expect(draftKey('/a')).not.toBe(draftKey('/b'))
  })

  it('refuses what is not a draft', () => {
    for (const value of [null, 1, {}, { spec: {} }, { spec: { dataset: 'd', base: 'b' } }])
      expect(asDraft(value)).toBeNull()
    expect(asDraft({ spec, seeds: 5 })).toEqual({ spec, seeds: '1' })
  })
})
