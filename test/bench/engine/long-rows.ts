import { type ContenderName, runProgram } from './contender.ts'
import { trainWithGraft, trainWithPeer } from './folder-training.ts'
import { networkFile } from './network-file.ts'
import { NETWORKS } from './networks.ts'
import { peakMemory } from './peak-memory.ts'
import { median } from './results.ts'
import type { Row, Setting } from './row.ts'
import type { Measured } from './worker.ts'

const EPOCHS = 10
/** The last two blocks of EfficientNet-Lite0 in the window: its last inverted residual and the convolution behind it. */
const LAST_TWO_BLOCKS = 'block15'
/** All photographs are trained on, as by the peers. */
const ALL_TRAINED = '1,0,0'
const FROZEN = { freeze: { all: true }, strategy: { type: 'feature-extraction' }, epochs: EPOCHS }

/** Seconds, megabytes and shares of whole processes. */
export const longRows: readonly Row[] = Object.freeze([
  longRow(
    {
      id: 'feature-extraction',
      title: `feature extraction with EfficientNet-Lite0, 2,000 photographs, ${EPOCHS} epochs, from files to a trained head`,
      contenders: ['graft', 'keras', 'torch'],
      goals: { keras: 6, torch: 6 },
      mostRounds: 3,
    },
    featureExtraction,
  ),
  longRow(
    {
      id: 'fine-tuning',
      title: 'fine-tuning the last two blocks of EfficientNet-Lite0, an epoch of 2,000 photographs after the first',
      contenders: ['graft', 'keras', 'torch'],
      goals: { keras: 3, torch: 2 },
      mostRounds: 3,
    },
    fineTuning,
  ),
  longRow(
    {
      id: 'agreement',
      title: 'bfloat16 features of EfficientNet-Lite0, photographs not trained on: top-1 as in float32',
      unit: '%',
      better: 'more',
      contenders: ['graft'],
      goal: 99,
      mostRounds: 1,
    },
    agreement,
  ),
  longRow(
    {
      id: 'peak-memory',
      title: 'peak memory of training MobileNetV2, 96x96, batch 32',
      unit: 'MB',
      contenders: ['graft', 'stock', 'keras'],
      goals: { stock: 2, keras: 1 },
      mostRounds: 1,
    },
    trainingMemory,
  ),
  longRow(
    {
      id: 'first-step',
      title: 'from the start of the process to the first step done, MobileNetV2',
      contenders: ['graft', 'keras'],
      goals: { keras: 1 },
    },
    firstStep,
  ),
])

type Measure = () => Promise<Measured>

function longRow(
  row: Pick<Row, 'id' | 'title' | 'contenders'> & Partial<Row>,
  measureOf: (name: ContenderName, setting: Setting) => Measure,
): Row {
  return {
    unit: 'seconds',
    better: 'less',
    goals: {},
    goal: null,
    mostRounds: Infinity,
    isLong: true,
    enter: (name, setting) => Promise.resolve({ measure: measureOf(name, setting), close: () => Promise.resolve() }),
    ...row,
  }
}

function featureExtraction(name: ContenderName, setting: Setting): Measure {
  if (!isTrainer(name)) return async () => ({ value: (await trainWithGraft(setting, ALL_TRAINED, FROZEN)).seconds })
  const note = `2 epochs run, the second counted ${EPOCHS - 1} times`
  const measure = peerMeasure(name, setting, 'head', (start, [first, later]) => start + first + (EPOCHS - 1) * later)
  return async () => {
    const { value, note: way } = await measure()
    return { value, note: `${way}; ${note}` }
  }
}

function fineTuning(name: ContenderName, setting: Setting): Measure {
  const { layers } = NETWORKS['efficientnet-head']!()
  const first = layers.findIndex(({ block }) => block === LAST_TWO_BLOCKS)
  if (isTrainer(name)) return peerMeasure(name, setting, layers[first]!.name, (_start, [, later]) => later)
  const trained = layers.slice(first).map((layer) => layer.name)
  const spec = {
    train: { layers: trained.filter((layer) => layer !== 'head') },
    strategy: { type: 'fine-tuning', headEpochs: 0, trainBatchNorm: true },
    epochs: 4,
  }
  return async () => ({ value: median((await trainWithGraft(setting, ALL_TRAINED, spec)).epochs.slice(1)) })
}

type Seconds = (start: number, epochs: readonly [number, number]) => number

/** A peer's training in the fastest of its ways, which the first round finds. */
function peerMeasure(name: 'keras' | 'torch', setting: Setting, trainedFrom: string, secondsOf: Seconds): Measure {
  let chosen: string[] = []
  return async () => {
    const { start, ways } = await trainWithPeer(name, setting, { trainedFrom, ways: chosen })
    const all = Object.entries(ways).map(([note, epochs]) => ({ note, value: secondsOf(start, epochs) }))
    const best = all.reduce((fastest, way) => (way.value < fastest.value ? way : fastest))
    chosen = [best.note]
    return best
  }
}

function agreement(_name: ContenderName, setting: Setting): Measure {
  return async () => {
    const { top1 } = await trainWithGraft(setting, '0.7,0.15,0.15', { ...FROZEN, prefixPrecision: 'bfloat16' })
    if (top1 === null) throw new Error('the run measured no agreement')
    return { value: 100 * top1 }
  }
}

function trainingMemory(name: ContenderName, setting: Setting): Measure {
  const task = { kind: 'train', batch: 32, batches: 12, samples: 384, optimizer: 'sgd', precision: 'float32' } as const
  return () => peakMemory(name, setting, { ...task, network: 'mobilenet-train' })
}

function firstStep(name: ContenderName, { folder, python }: Setting): Measure {
  const ours: [string, string] = [process.execPath, 'graft-first-step.ts']
  const program: [string, string] = name === 'graft' ? ours : [python!, 'keras_first_step.py']
  return async () => ({
    value: (await runProgram(name, program, [networkFile(folder, 'mobilenet-train')])).seconds,
  })
}

/** Those that train. */
function isTrainer(name: ContenderName): name is 'keras' | 'torch' {
  return name === 'keras' || name === 'torch'
}
