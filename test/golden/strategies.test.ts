import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { ExperimentSpec } from '../../src-main/contract/spec.ts'
import {
  catalog,
  type DatasetFacts,
  describeStates,
  loadBaseModels,
  resolveSpec,
} from '../../src-main/learning/catalog.ts'
import { resolveVariants } from '../../src-main/learning/plan/job-variants.ts'
import type { Phase } from '../../src-main/learning/engine/step/phase.ts'
import { digest, golden, inLine } from '../support/golden.ts'

const bases = loadBaseModels(fileURLToPath(new URL('../../resources', import.meta.url)))
const photos: DatasetFacts = {
  name: 'photos',
  kind: 'image',
  splitCounts: { train: 700, validation: 150, test: 150 },
  labelColumns: [
    { name: 'label', type: 'classification', classes: ['ant', 'bee'] },
    { name: 'size', type: 'regression', classes: [] },
  ],
  featureColumns: [],
  channels: 3,
  imageSize: { width: 640, height: 480 },
  columnStatistics: {},
}

function resolved(more: object) {
  const spec = ExperimentSpec.parse({ dataset: 'photos', base: 'efficientnet-lite0', ...more })
  return resolveSpec(spec, { dataset: photos, bases, trained: () => null })
}

function phaseLine({ name, epochs, learningRate, cachedUpTo, trained, trainingMode, rateFactor }: Phase): string {
  const layers = [trained, trainingMode].map((names) => `${names.size} ${digest([...names])}`)
  return inLine({ name, epochs, learningRate, cachedUpTo, layers, rates: digest([...rateFactor]) })
}

/** Fields, plan and phases as they follow from a spec that names the strategy and nothing else. */
function strategy(type: string, more: object = {}) {
  const { spec, plan, multiplyAdds, weights } = resolved({ strategy: { type }, ...more })
  const { network, states, cachedUpTo, parameters, problems } = plan
  const { phases } = resolveVariants({ spec, network, states, cachedUpTo })
  return {
    fields: inLine(spec.strategy),
    states: describeStates(network, states),
    plan: inLine({ cachedUpTo, ...parameters, network: digest(network), weights: weights?.sha256.slice(0, 8) }),
    multiplyAdds: inLine(multiplyAdds),
    problems: problems.map(({ level, code }) => `${level} ${code}`),
    ...(phases === null ? {} : { phases: phases.map(phaseLine) }),
  }
}

describe('a strategy that is named and nothing else means the same', () => {
  it.each(catalog().strategies.map(({ type }) => type))('%s', async (type) => {
    await golden(type, strategy(type))
  })

  it('with layers frozen, cut, added and replaced', async () => {
    const changes = {
      freeze: { freeze: { upTo: 'block3' } },
      cut: { cut: 'block5', newLayers: [{ type: 'dense', units: 8 }] },
      replace: { replace: [{ layer: 'block3_dw', with: { type: 'convolution', filters: 144, stride: 2 } }] },
      reuse: { reuse: { upTo: 'block2' } },
      'two heads': { heads: ['label', 'size'].map((name) => ({ name, column: name, type: name === 'label' ? 'classification' : 'regression' })) }, // prettier-ignore
      'gradual unfreezing': { strategy: { type: 'fine-tuning', unfreezeEvery: 2, learningRateDecayPerBlock: 0.5 } },
    }
    for (const [name, change] of Object.entries(changes)) await golden(name, strategy('fine-tuning', change))
  })

  it('with heads of the first label column', async () => {
    const { heads, headWeights, plan } = resolved({ strategy: { type: 'fine-tuning' } })
    await golden('heads', { heads, headWeights, outputs: plan.network.outputs })
  })
})
