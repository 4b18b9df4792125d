import { defineParams } from '../../contract/params.ts'
import { layersIn, withoutBatchNorm } from './layer-sets.ts'
import { defineStrategy, type Phase, type StrategyContext } from './strategy.ts'

const params = defineParams({
  headEpochs: {
    type: 'integer',
    label: 'Head first',
    default: 1,
    help: 'For this many of the epochs only fresh layers learn, on cached features; then reused layers join in. A random head would otherwise damage what they know. Skipped where there is nothing reused to train.',
    unit: 'epochs',
    min: 0,
    max: 10_000,
  },
  unfreezeLearningRate: {
    type: 'number',
    label: 'Learning rate after unfreezing',
    default: null as number | null,
    help: 'The rate once reused layers learn too; empty: the optimizer’s. A tenth to a hundredth of it keeps what the network knows.',
    min: 1e-8,
    max: 10,
    log: true,
    optional: true,
  },
  learningRateDecayPerBlock: {
    type: 'number',
    label: 'Rate per block',
    default: 1,
    help: 'Each block further from the head learns at this share of the rate of the block above it; 1 is the same rate everywhere, 0.4 to 0.9 protects early layers.',
    min: 0.01,
    max: 1,
    step: 0.05,
  },
  headLearningRateFactor: {
    type: 'number',
    label: 'Rate of fresh layers',
    default: 1,
    help: 'Fresh layers learn this many times as fast as the topmost reused block; 10 is usual when the rate suits the reused layers.',
    unit: 'times',
    min: 0.01,
    max: 1000,
    log: true,
  },
  trainBatchNorm: {
    type: 'boolean',
    label: 'Move BatchNorm averages',
    default: false,
    help: 'On: trained BatchNorm layers normalise with each batch and move their averages; take it for large batches and images unlike the base model’s. Off: they keep the base model’s averages, the safe choice for little data. Frozen ones never move, fresh ones always do.',
    advanced: true,
  },
  memoryMegabytes: {
    type: 'integer',
    label: 'Features in memory',
    default: 2048,
    help: 'Cached features up to this size are held in memory; larger ones are read from disk batch by batch, which is slower.',
    unit: 'MB',
    min: 16,
    max: 1_000_000,
    advanced: true,
  },
})

/** Rates fall by `decay` per reused block, counted from the last one: rate * decay^k. Paper: Howard, Ruder (ULMFiT), ACL
 *  2018, arXiv 1801.06146, section 3.2 (there decay = 1 / 2.6). Fresh layers take `headFactor` instead. */
function rateFactors(context: StrategyContext, decay: number, headFactor: number): Map<string, number> {
  const trainedBlocks = context.network.layers.filter((l) => context.states[l.name] === 'trained').map((l) => l.block)
  const fromTop = [...new Set(trainedBlocks)].reverse()
  const factorOf = (state: string | undefined, block: string) =>
    state === 'fresh' && fromTop.length > 0 ? headFactor : decay ** Math.max(0, fromTop.indexOf(block))
  return new Map(context.network.layers.map((l) => [l.name, factorOf(context.states[l.name], l.block)]))
}

/** Fine-tuning with any freeze plan. Keras' guide: head first, then unfreeze at a lower rate with BatchNorm's averages
 *  still; fastai's fine_tune moves them: hence `trainBatchNorm`. */
export const fineTuning = defineStrategy({
  type: 'fine-tuning',
  label: 'Fine-tuning',
  help: 'Trains fresh layers and every reused layer that is not frozen; takes longer and usually wins when images differ from what the base model knows.',
  params,
  phases(context, values) {
    const fresh = layersIn(context, 'fresh')
    const reused = layersIn(context, 'trained')
    const trained = new Set([...fresh, ...reused])
    const { epochs } = context.spec
    const headFirst = reused.size > 0 && fresh.size > 0 ? Math.min(values.headEpochs, epochs) : 0
    const head: Phase = {
      name: 'head',
      epochs: headFirst,
      learningRate: context.learningRate,
      trained: fresh,
      trainingMode: fresh,
      rateFactor: new Map(),
      cachedUpTo: headFirst > 0 ? context.cutBefore(fresh) : null,
    }
    const all: Phase = {
      name: 'fine-tune',
      epochs: epochs - headFirst,
      learningRate: (reused.size > 0 ? values.unfreezeLearningRate : null) ?? context.learningRate,
      trained,
      trainingMode: new Set([...fresh, ...(values.trainBatchNorm ? reused : withoutBatchNorm(context, reused))]),
      rateFactor: rateFactors(context, values.learningRateDecayPerBlock, values.headLearningRateFactor),
      cachedUpTo: context.cachedUpTo,
    }
    return [head, all].filter((phase) => phase.epochs > 0)
  },
})
