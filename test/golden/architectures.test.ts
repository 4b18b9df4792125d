import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { ALL_ARCHITECTURES, ARCHITECTURES } from '../../src-main/learning/architectures/index.ts'
import type { Architecture, ArchitectureInput } from '../../src-main/learning/architectures/architecture.ts'
import { describeBase, loadBaseModels } from '../../src-main/learning/catalog.ts'
import { inferNetwork } from '../../src-main/learning/network/infer.ts'
import { digest, golden, inLine } from '../support/golden.ts'

const bases = loadBaseModels(fileURLToPath(new URL('../../resources', import.meta.url)))

/** The network in short: trained models, cached features and patterns of freezing go by its layers' names. */
function built(row: Architecture, input: ArchitectureInput, options: object = {}): string {
  const network = row.build(row.params.schema.parse(options), input)
  const { facts, weights } = inferNetwork(network)
  const parameters = facts.reduce((sum, layer) => sum + layer.parameters, 0)
  const [first, last] = [network.layers[1]?.name, network.layers.at(-1)?.name]
  const digests = { network: digest(network), weights: digest(weights) }
  return inLine({ layers: network.layers.length, first, last, features: network.features, parameters, ...digests })
}

it('an architecture that is named and nothing else is the same network', async () => {
  const rows = ALL_ARCHITECTURES.map((row) => {
    const { defaultInputSize: size, inputSizes: sizes, minimumInputSize: smallest } = row
    const colour = built(row, { kind: 'image', size, channels: 3 })
    const grey = built(row, { kind: 'image', size: Math.max(28, smallest), channels: 1 })
    return [row.type, { options: inLine(row.params.schema.parse({})), size, sizes, smallest, colour, grey }]
  })
  await golden('architectures', Object.fromEntries(rows))
})

it('options give the networks that they gave', async () => {
  const options = {
    lenet: { filters: 8, hidden: 16, dropout: 0 },
    mlp: { hidden: '8,4', activation: 'tanh', batchNorm: true, dropout: 0.1 },
    resnet18: { width: 8, stem: 'large' },
    'wide-resnet': { blocks: 1, width: 2, dropout: 0.3 },
    mobilenetv2: { alpha: '0.35' },
    'vit-tiny-16': { classes: 10 },
    'vit-small-16': { classes: 10 },
    'convnext-tiny': { classes: 10 },
    resnet34: { classes: 10 },
    resnet50: { classes: 10 },
    'efficientnet-b0': { classes: 10 },
    'mobilenetv3-large': { classes: 10 },
    'efficientnet-lite0': { classes: 10 },
    'efficientnet-lite2': { classes: 10 },
  }
  expect(Object.keys(options)).toEqual(ALL_ARCHITECTURES.map(({ type }) => type))
  const rows = ALL_ARCHITECTURES.map((row) => [row.type, built(row, { kind: 'image', size: 64, channels: 3 }, options[row.type as keyof typeof options])]) // prettier-ignore
  await golden('options', Object.fromEntries(rows))
  const mlp = ALL_ARCHITECTURES.find(({ type }) => type === 'mlp')!
  await golden('table', built(mlp, { kind: 'table', features: 5 }))
})

it('a base without any data has the preprocessing that it had', async () => {
  const context = { dataset: null, bases, trained: () => null }
  const described = [...ARCHITECTURES.map(({ type }) => type), ...bases.map(({ id }) => id)].map((id) => {
    return [id, inLine(describeBase(id, context).preprocessing)]
  })
  await golden('preprocessing', Object.fromEntries(described))
})

it('a base model that is shipped is the same', async () => {
  const rows = bases.map(({ id, weights, inputSizes, network, classes }) => {
    return [id, { weights: weights.sha256, inputSizes, network: digest(network), classes: digest(classes) }]
  })
  await golden('base models', Object.fromEntries(rows))
})
