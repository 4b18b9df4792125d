import type { BaseModel } from '@contract/models.ts'
import type { ParamField, Variant } from '@contract/params.ts'
import { describe, expect, it } from 'vitest'
import { partnerLayout, condensed, shownItems } from '../../../../src-renderer/features/bench/partner-layout.ts'
import { ALONE, partnerNetworksOf } from '../../../../src-renderer/features/bench/partner-networks.ts'
import { graphItems, itemEdges } from '../../../../src-renderer/features/bench/graph-items.ts'
import { graphLayout } from '../../../../src-renderer/features/bench/graph-layout.ts'
import { strategyGroups } from '../../../../src-renderer/features/bench/strategy-groups.ts'
import { layerTree } from '../../../../src-renderer/features/bench/layer-tree.ts'
import { residualNetwork } from './network.ts'

const field = (name: string, type: ParamField['type'], more: Partial<ParamField> = {}): ParamField => {
  return { name, type, label: name, help: '', default: type === 'models' || type === 'names' ? [] : null, ...more }
}
const variant = (type: string, ...fields: ParamField[]): Variant => ({ type, label: type, help: type, fields })
const heads = [
  { name: 'animal', column: 'animal', type: 'classification' as const },
  { name: 'age', column: 'age', type: 'regression' as const },
]
const bases = [{ id: 'run:1', title: 'birds', run: null }] as unknown as BaseModel[]
const given = (strategy: Record<string, unknown>, of: Variant, more: { heads?: typeof heads } = {}) =>
  partnerNetworksOf({
    spec: { dataset: 'photos', base: 'lenet', strategy: { type: of.type, ...strategy } },
    variant: of,
    bases,
    heads: more.heads ?? heads,
  })

function treeOfTwo() {
  const { network, facts } = residualNetwork(['head_animal', 'head_age'])
  return layerTree(network, facts)
}

describe('who stands beside the network', () => {
  it('nobody, for one network with one loss', () => {
    expect(given({}, variant('fine-tuning', field('rate', 'number')))).toEqual(ALONE)
  })

  it('its teachers, by their titles, with the temperature in words', () => {
    const distillation = variant(
      'distillation',
      field('teachers', 'models'),
      field('temperature', 'number', { default: 4 }),
      field('hardLossWeight', 'number', { default: 0.1 }),
    )
    const { mainTitle, partners, flows } = given({ teachers: ['run:1', 'other'], temperature: 20 }, distillation)
    expect([mainTitle, partners.map((one) => [one.role, one.title, one.model])]).toEqual([
      'Student',
      [
        ['teacher', 'birds', 'run:1'],
        ['teacher', 'other', 'other'],
      ],
    ])
    expect(flows.map((flow) => flow.words)).toEqual([
      '',
      'mean of 2 teachers’ soft labels, T = 20, true labels weigh 0.1',
    ])
    expect(given({}, distillation)).toMatchObject({ mainTitle: 'Student', partners: [] })
    expect(given({}, variant('born-again', field('teacher', 'model', { optional: true })))).toEqual(ALONE)
  })

  it('for a tree, only the teachers that it is given', () => {
    const tree = variant('born-again-tree', field('teachers', 'models'))
    expect(given({}, tree)).toEqual(ALONE)
    expect(given({ teachers: ['run:1'] }, tree).flows[0]?.words).toContain('decision tree')
  })

  it('the target with shared weights, or with its own copy', () => {
    const dann = given({ target: 'sketches' }, variant('dann', field('target', 'dataset')))
    expect(dann.partners).toMatchObject([{ role: 'target', title: 'sketches', model: null, head: null }])
    expect(dann.partners[0]?.note).toContain('same weights')
    expect(dann.flows[0]?.words).toContain('reversed')
    const adda = given({}, variant('adda', field('target', 'dataset')))
    expect(adda.partners[0]).toMatchObject({ title: 'no dataset chosen yet' })
    expect(adda.partners[0]?.note).toContain('own copy')
  })

  it('one network per head in soft sharing, linked in a chain', () => {
    const soft = variant(
      'soft-sharing',
      field('linkedLayers', 'names'),
      field('strength', 'number', { default: 0.001 }),
    )
    const { mainHead, partners, flows } = given({ linkedLayers: ['conv1'] }, soft)
    expect([mainHead, partners.map((one) => one.head)]).toEqual(['animal', ['age']])
    expect(flows).toMatchObject([{ kind: 'pulled-together', from: 'main', to: 'task-age', layers: ['conv1'] }])
    expect(flows[0]?.words).toContain('0.001')
    expect(given({}, soft, { heads: heads.slice(0, 1) })).toEqual(ALONE)
    const text = variant('multi-task-soft', field('layers', 'text', { default: '' }))
    expect(given({ layers: 'block0=0.01, block1 ' }, text).flows[0]?.layers).toEqual(['block0', 'block1'])
  })
})

describe('where they stand', () => {
  const tree = treeOfTwo()
  const member = (
    direction: 'rows' | 'column',
    id: string,
    partner: ReturnType<typeof given>['partners'][number] | null,
  ) => {
    const items = shownItems(graphItems(tree, new Set()), partner?.head)
    return { id, partner, layout: graphLayout(items, itemEdges(items, tree), { direction, wrapAt: 2000 }) }
  }
  const partnerNetworks = given({ teachers: ['run:1'] }, variant('distillation', field('teachers', 'models')))

  it.each(['rows', 'column'] as const)('no network lies on another (%s), and teachers come first', (direction) => {
    const layout = partnerLayout(
      partnerNetworks,
      [member(direction, 'main', null), member(direction, 'teacher-0', partnerNetworks.partners[0] ?? null)],
      direction,
    )
    const [first, second] = layout.placed
    expect([first?.id, second?.id]).toEqual(['teacher-0', 'main'])
    if (direction === 'rows') expect(second!.origin.y).toBeGreaterThan(first!.origin.y + first!.layout.height)
    else expect(second!.origin.x).toBeGreaterThan(first!.origin.x + first!.layout.width)
    expect(layout.flows).toHaveLength(1)
    for (const point of layout.flows[0]!.points) {
      expect(point.x).toBeLessThanOrEqual(layout.width)
      expect(point.y).toBeLessThanOrEqual(layout.height)
    }
  })

  it('a long network is drawn by its ends, and keeps its connections', () => {
    const items = graphItems(tree, new Set())
    expect(condensed(items)).toEqual(items)
    const long = Array.from({ length: 12 }, (_unused, index) => ({ ...items[0]!, id: `b${index}` }))
    const short = condensed([...long, ...items.filter((item) => item.kind === 'head')])
    expect(short.map((item) => item.id)).toEqual(['b0', 'b1', 'b2', 'b10', 'b11', 'head:head_animal', 'head:head_age'])
    expect(short[2]?.block.label).toBe('8 blocks')
    expect(short[2]?.layers).toHaveLength(8 * items[0]!.layers.length)
  })

  it('both domains reach the classifier from their features', () => {
    const dann = given({ target: 'sketches' }, variant('dann', field('target', 'dataset')))
    const layout = partnerLayout(
      dann,
      [member('rows', 'main', null), member('rows', 'target', dann.partners[0] ?? null)],
      'rows',
    )
    expect(layout.flows.map((flow) => flow.key)).toEqual(['main judge', 'target judge'])
    for (const one of layout.placed) expect(layout.discriminator!.x).toBeGreaterThan(one.origin.x + one.layout.width)
    const target = layout.placed.find((one) => one.id === 'target')!
    expect(target.layout.placed.some((place) => place.item.kind === 'head')).toBe(false)
  })

  it('links run between the same blocks of two tasks', () => {
    const soft = given({}, variant('soft-sharing', field('linkedLayers', 'names')))
    const layout = partnerLayout(
      soft,
      [member('rows', 'main', null), member('rows', 'task-age', { ...soft.partners[0]!, head: 'age' })],
      'rows',
    )
    expect(layout.flows.length).toBeGreaterThan(0)
    for (const flow of layout.flows) expect(flow.points[0]!.x).toBe(flow.points.at(-1)!.x)
    expect(layout.flows.filter((flow) => flow.words !== '')).toHaveLength(1)
    const some = partnerLayout(
      { ...soft, flows: soft.flows.map((flow) => ({ ...flow, layers: ['block[0]', 'stem_conv'] })) },
      [member('rows', 'main', null), member('rows', 'task-age', soft.partners[0]!)],
      'rows',
    )
    expect(some.flows.map((flow) => flow.key)).toEqual(['main task-age stem', 'main task-age block0'])
  })
})

describe('the list of strategies', () => {
  const strategies = [
    { ...variant('fine-tuning'), label: 'Fine-tuning', help: 'Trains on.' },
    { ...variant('dann'), label: 'Domain adaptation', help: 'Makes features alike.' },
    { ...variant('soft-sharing'), label: 'Soft sharing', help: 'One network per task.' },
    variant('never-seen'),
  ]

  it('is grouped by what a strategy is for; an unknown one is not lost', () => {
    const groups = strategyGroups(strategies).map(({ title, variants }) => [title, variants.map((one) => one.type)])
    expect(groups).toEqual([
      ['Transfer', ['fine-tuning']],
      ['Several tasks', ['soft-sharing']],
      ['Domains', ['dann']],
      ['More', ['never-seen']],
    ])
  })

  it('is searched by name, sentence and group', () => {
    expect(strategyGroups(strategies, 'transfer fine').flatMap((group) => group.variants)).toEqual([strategies[0]])
    expect(strategyGroups(strategies, 'ALIKE').flatMap((group) => group.variants)).toEqual([strategies[1]])
    expect(strategyGroups(strategies, 'no such strategy')).toEqual([])
  })
})
