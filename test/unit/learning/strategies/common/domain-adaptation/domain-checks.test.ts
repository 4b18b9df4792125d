import { describe, expect, test } from 'vitest'
import type { Network } from '../../../../../../src-main/contract/network.ts'
import { ExperimentSpec } from '../../../../../../src-main/contract/spec.ts'
import type { DatasetFacts } from '../../../../../../src-main/learning/catalog.ts'
import { domainChecks } from '../../../../../../src-main/learning/strategies/common/domain-adaptation/domain-checks.ts'
import { networkBuilder } from '../../../../../../src-main/learning/network/network-builder.ts'
import { lenet } from '../../../../../../src-main/learning/architectures/lenet.ts'
import { adda } from '../../../../../../src-main/learning/strategies/adda/adda.ts'
import { dann } from '../../../../../../src-main/learning/strategies/dann/dann.ts'
import type { PreflightContext } from '../../../../../../src-main/learning/strategies/strategy.ts'

const DIGITS = ['0', '1', '2']

function facts(name: string, more: Partial<DatasetFacts> = {}): DatasetFacts {
  return {
    name,
    kind: 'image',
    splitCounts: { train: 600, validation: 100, test: 100 },
    labelColumns: [{ name: 'digit', type: 'classification', classes: DIGITS }],
    featureColumns: [],
    channels: 1,
    imageSize: { width: 8, height: 8 },
    columnStatistics: {},
    pixelStatistics: { images: 9, min: [0], max: [255], mean: [33], std: [78] },
    classCounts: { digit: [200, 200, 200] },
    contentHashes: () => new Set(Array.from({ length: 100 }, (_, i) => `${name} ${i}`)),
    ...more,
  }
}

function network(channels = 1): Network {
  const net = networkBuilder('net', [8, 8, channels])
  net.block('body', 'Body')
  net.add('flatten', 'Flatten')
  net.add('hidden', 'Dense', { units: 5 })
  net.add('head_digit', 'Dense', { units: 3 })
  return net.finish('hidden')
}

interface Given {
  readonly source?: Partial<DatasetFacts>
  readonly target?: Partial<DatasetFacts> | null
  readonly name?: string | null
  readonly features?: string
  readonly frozen?: readonly string[]
  readonly channels?: number
  readonly batchSize?: number
}

function problems(given: Given) {
  const { name = 'theirs', features = '' } = given
  return domainChecks(contextOf(given), { target: name, features })
}

function contextOf(given: Given): PreflightContext {
  const { source = {}, target = {}, frozen = [], channels = 1, batchSize = 64 } = given
  const net = network(channels)
  return {
    spec: ExperimentSpec.parse({
      dataset: 'ours',
      base: { architecture: 'lenet' },
      strategy: { type: 'dann' },
      epochs: 1,
      batchSize,
    }),
    network: net,
    states: Object.fromEntries(
      net.layers.map((layer) => [layer.name, frozen.includes(layer.name) ? 'frozen' : 'fresh']),
    ),
    heads: [{ name: 'digit', column: 'digit', type: 'classification', classes: DIGITS }],
    dataset: facts('ours', source),
    datasetOf: (wanted) => (wanted === 'theirs' && target !== null ? facts('theirs', target) : null),
    modelOf: () => null,
  }
}

const codes = (given: Given) => problems(given).map(({ level, code }) => `${level} ${code}`)

test('two domains that fit raise nothing', () => {
  expect(problems({})).toEqual([])
})

test('ADDA asks at the features, DANN at the layer that it attaches to', () => {
  expect(adda.check).toBe(domainChecks)
  const digits = lenet.build({ filters: 4, hidden: 8, dropout: 0.4 }, { kind: 'image', size: 28, channels: 1 })
  const frozen = new Set(['conv1', 'conv2', 'flatten'])
  const states = Object.fromEntries(digits.layers.map(({ name }) => [name, frozen.has(name) ? 'frozen' : 'fresh'])) as PreflightContext['states'] // prettier-ignore
  const context = { ...contextOf({}), network: digits, states }
  const values = { ...dann.params.schema.parse({}), target: 'theirs' }
  expect(dann.check!(context, values)).toEqual([])
  expect(dann.check!(context, { ...values, features: 'flatten' })).toMatchObject([{ code: 'features-frozen' }])
})

describe('the target', () => {
  test('has to be chosen', () => expect(codes({ name: null })).toEqual(['block target-missing']))
  test('has to exist', () => expect(codes({ target: null })).toEqual(['block target-unknown']))
  test('is of the source’s kind', () => expect(codes({ target: { kind: 'table' } })).toEqual(['block target-kind']))
  test('has the source’s columns', () => {
    const columns = [{ name: 'width', type: 'numeric' as const, categories: [] }]
    const table = { kind: 'table', channels: null, pixelStatistics: null } as const
    expect(codes({ source: { ...table, featureColumns: columns }, target: table })).toEqual(['block target-columns'])
  })
})

describe('range, mean and spread', () => {
  test('another scale is refused, with what to do', () => {
    const [problem] = problems({ target: { pixelStatistics: { images: 9, min: [0], max: [16], mean: [5], std: [6] } } })
    expect(problem).toMatchObject({ level: 'block', code: 'target-scale' })
    expect(problem!.message).toMatch(/0 to 255 against 0 to 16.*multiply/)
  })
  test('another mean or spread is worth a word', () => {
    const statistics = { images: 9, min: [0], max: [255], mean: [130], std: [60] }
    expect(codes({ target: { pixelStatistics: statistics } })).toEqual(['warn target-values'])
  })
  test('the source inverted is named as such, with what to do', () => {
    const statistics = { images: 9, min: [0], max: [255], mean: [222], std: [78] }
    const [problem, ...others] = problems({ target: { pixelStatistics: statistics } })
    expect(problem).toMatchObject({ level: 'warn', code: 'target-inverted' })
    expect(problem!.message).toMatch(/mean 33 against 222.*looks like the source inverted.*Invert the images of one/)
    expect(others).toEqual([])
  })
  test('likewise in the columns of tables', () => {
    const featureColumns = [{ name: 'width', type: 'numeric' as const, categories: [] }]
    const table = { kind: 'table', channels: null, pixelStatistics: null, featureColumns } as const
    const source = { ...table, columnStatistics: { width: { mean: 10, std: 2 } } }
    expect(codes({ source, target: { ...table, columnStatistics: { width: { mean: 1000, std: 200 } } } })).toEqual(['warn target-values']) // prettier-ignore
    expect(codes({ source, target: { ...table, columnStatistics: { width: { mean: 12, std: 3 } } } })).toEqual([])
  })
  test('columns far from 0 are told with the digits in which they differ', () => {
    const featureColumns = [{ name: 'when', type: 'numeric' as const, categories: [] }]
    const table = { kind: 'table', channels: null, pixelStatistics: null, featureColumns } as const
    const at = (mean: number) => ({ ...table, columnStatistics: { when: { mean, std: 1000 } } })
    const [problem] = problems({ source: at(1.7e12), target: at(1.7e12 + 5000) })
    expect(problem!.message).toContain('mean 1700000000000 against 1700000005000')
  })
})

describe('channels', () => {
  test('colour that a grey network would lose, with the change that mends it', () => {
    const [problem] = problems({ target: { channels: 3 } })
    expect(problem).toMatchObject({
      level: 'warn',
      code: 'target-channels',
      fix: { patch: { base: { architecture: 'lenet', channels: 3 } } },
    })
    expect(problem!.message).toContain('colour is lost')
  })
  test('domains that colour alone tells apart', () => {
    const [problem] = problems({ target: { channels: 3 }, channels: 3 })
    expect(problem).toMatchObject({ level: 'warn', fix: { patch: { base: { architecture: 'lenet', channels: 1 } } } })
    expect(problem!.message).toContain('by that alone')
  })
})

describe('classes', () => {
  const column = (classes: string[]) => [{ name: 'digit', type: 'classification' as const, classes }]
  test('that only the target has are refused', () => {
    const target = { labelColumns: column(['0', '1', '2', 'A']), classCounts: { digit: [200, 200, 200, 0] } }
    expect(codes({ target })).toEqual(['block target-classes'])
  })
  test('that the target lacks are a warning', () => {
    const target = { labelColumns: column(['2', '0']), classCounts: { digit: [200, 200] } }
    expect(codes({ target })).toEqual(['warn target-classes', 'warn target-priors'])
  })
  test('mixed otherwise are a warning; shares are compared by name', () => {
    expect(codes({ target: { classCounts: { digit: [500, 50, 50] } } })).toEqual(['warn target-priors'])
    const reordered = { labelColumns: column(['2', '1', '0']), classCounts: { digit: [500, 50, 50] } }
    expect(codes({ source: { classCounts: { digit: [50, 50, 500] } }, target: reordered })).toEqual([])
  })
  test('without a label nothing is compared', () => {
    expect(codes({ target: { labelColumns: [], classCounts: {} } })).toEqual([])
    expect(codes({ target: { classCounts: { digit: [0, 0, 0] } } })).toEqual([])
  })
})

test('fewer than two halves of a batch, with a batch size that fits', () => {
  const target = { splitCounts: { train: 40, validation: 0, test: 0 } }
  const [problem] = problems({ target, batchSize: 64 })
  expect(problem).toMatchObject({ level: 'block', code: 'target-few', fix: { patch: { batchSize: 20 } } })
  expect(codes({ target, batchSize: 20 })).toEqual([])
})

describe('the same items in both', () => {
  test('make them one domain', () => {
    const same = () => new Set(Array.from({ length: 100 }, (_, i) => `ours ${i}`))
    expect(codes({ target: { contentHashes: same } })).toEqual(['block target-same'])
  })
  test('some of them flatter the figures', () => {
    const some = () => new Set(Array.from({ length: 100 }, (_, i) => (i < 10 ? `ours ${i}` : `new ${i}`)))
    const [problem] = problems({ target: { contentHashes: some } })
    expect(problem).toMatchObject({ level: 'warn', code: 'target-shared' })
    expect(problem!.message).toContain('10 images')
  })
  test('source and target may not be one dataset', () => {
    expect(codes({ target: { name: 'ours' } })).toEqual(['block target-same'])
  })
})

describe('the layer at which domains are told apart', () => {
  test('exists, or the nearest is offered', () => {
    expect(problems({ features: 'hiden' })).toMatchObject([
      { level: 'block', code: 'features-unknown', fix: { patch: { 'strategy.features': 'hidden' } } },
    ])
  })
  test('follows something that learns', () => {
    expect(codes({ frozen: ['flatten', 'hidden'] })).toEqual(['block features-frozen'])
    expect(codes({ frozen: ['flatten', 'hidden'], features: 'head_digit' })).toEqual([])
    const [problem] = problems({ features: 'flatten' })
    expect(problem).toMatchObject({ code: 'features-frozen', fix: { patch: { 'strategy.features': '' } } })
    expect(problem!.message).toContain('No layer up to "flatten" has weights')
  })
})
