import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { Layer, Network } from '../../../contract/network.ts'
import { defineParams } from '../../../contract/params.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { pretrainingRows, rowsWords, type PretrainingRows } from '../common/pre-training/pretraining-rows.ts'
import { encoderEnd } from '../common/pre-training/rbm-chain.ts'
import { ROTATION_OBJECTIVE } from './rotation-objective.ts'
import { rotatedData, ROTATIONS } from './rotations.ts'
import { compareWithScratch } from '../common/pre-training/scratch-comparison.ts'
import { poolingAfter } from '../../network/pooling-layer.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { addedLayers, encoderStates, preTrain } from '../common/pre-training/pre-train.ts'
import {
  PRETRAINING_FIELDS,
  pretrainingEpochsField,
  pretrainingRateField,
} from '../common/pre-training/pretraining-fields.ts'
import { inTrainingMode, pretrainedLayers, pretrainedPhases } from '../common/pre-training/pretraining-phases.ts'
import { rotationProblems } from './rotation-checks.ts'
import { ANY_HEADS, defineStrategy } from '../strategy.ts'

const params = defineParams({
  pretrainingEpochs: pretrainingEpochsField,
  pretrainingLearningRate: pretrainingRateField,
  ...PRETRAINING_FIELDS,
})

/** Rotation prediction (RotNet): the network learns by how many quarters an image is turned, which it cannot tell without knowing what is on
 *  it, and is then trained with labels. Gidaris, Singh, Komodakis, ICLR 2018, arXiv 1803.07728. */
export const rotationPrediction = defineStrategy({
  type: 'rotation-prediction',
  label: 'Rotation prediction',
  help: 'Pre-trains any network to tell by how many quarters an image is turned, without labels, then trains it with them; take it for images with an upright position of which few are labelled.',
  params,
  heads: ANY_HEADS,
  check: rotationProblems,
  canExtend: false,
  async run(run, values) {
    const { main, spec, context } = run
    run.expect(values.pretrainingEpochs + spec.epochs * (values.compareScratch ? 2 : 1))
    const rows = pretrainingRows(main.data, spec.seed)
    const learner = rotationLearner(run, rows)
    const trained = new Set([...pretrainedLayers(context), ...addedLayers(run, learner)])
    await preTrain(run, learner, {
      name: 'rotate',
      epochs: values.pretrainingEpochs,
      learningRate: values.pretrainingLearningRate ?? context.learningRate,
      trained,
      trainingMode: new Set([...inTrainingMode(context, trained), ...addedLayers(run, learner)]),
      rateFactor: new Map(),
      cachedUpTo: null,
      objective: ROTATION_OBJECTIVE,
    })
    await show(run, learner, rows)
    await run.fit('fine-tune', main, pretrainedPhases(context, values.headEpochs))
    // Without pre-training there are no features that a head could learn from first.
    if (values.compareScratch) await compareWithScratch(run, pretrainedPhases(context, 0))
    return main
  },
})

const RECORD = { name: 'rotation', column: 'rotation', type: 'classification' as const, classes: [...ROTATIONS] }
const INFO: HeadInfo = { ...RECORD, weight: 1, mean: 0, std: 1, labelSmoothing: 0, classWeights: [] }

/** The planned network's encoder as it starts, with a fresh head of four classes. */
function rotationLearner(run: StagedRun, { rows, watched }: PretrainingRows): Learner {
  const { main } = run
  const network = withRotationHead(main.model.network)
  return run.learner({
    name: 'rotation',
    network,
    states: encoderStates(run, network),
    weights: run.weights(main),
    heads: { records: [RECORD], infos: [INFO] },
    data: rotatedData(main.data, rows, watched.validation),
  })
}

export function withRotationHead(network: Network): Network {
  const end = encoderEnd(network)
  const encoder = networkUpTo(network, end)
  const pooling = poolingAfter(network, end)
  const block = 'rotation'
  const pool: Layer[] = pooling === null ? [] : [{ name: 'rotation_pool', ...pooling, inputs: [end], block }]
  const input = pool[0]?.name ?? end
  const head: Layer = { name: 'rotation_head', type: 'Dense', config: { units: 4 }, inputs: [input], block }
  return {
    ...encoder,
    blocks: [...encoder.blocks, { name: block, label: 'Rotation' }],
    layers: [...encoder.layers, ...pool, head],
    outputs: [head.name],
  }
}

/** Shows which rotations it tells apart. */
async function show(run: StagedRun, learner: Learner, rows: PretrainingRows): Promise<void> {
  const { validation } = learner.data.rows
  const watched =
    validation.length > 0 ? validation : rotatedData(run.main.data, [], rows.watched.train).rows.validation
  const logits = (await run.outputs(learner, watched))[0]!
  run.exhibit(rotationMatrix(logits, watched, validation.length > 0 ? 'validation' : 'training', rowsWords(rows)))
}

/** Chance is a quarter. */
const POOR = 0.35

/** Shares of what was said of each rotation. `rows`: row mod 4 is the true one. */
export function rotationMatrix(
  logits: Float32Array,
  rows: readonly number[],
  split: string,
  words: string,
): ExhibitInput {
  const counts = ROTATIONS.map(() => ROTATIONS.map(() => 0))
  rows.forEach((row, i) => {
    const own = [...logits.subarray(4 * i, 4 * i + 4)]
    counts[row % 4]![own.indexOf(Math.max(...own))]! += 1
  })
  const each = rows.length / 4
  const accuracy = counts.reduce((sum, line, r) => sum + line[r]!, 0) / rows.length
  const isPoor = accuracy < POOR
  const verdict = isPoor
    ? 'That is close to chance (25 %): the features hold little yet. Take more pre-training epochs, or another pre-training if the images have no upright position.'
    : 'Chance is 25 %.'
  return {
    kind: 'matrix',
    id: 'rotations',
    title: 'Rotations told apart',
    words: `${words} The rotation of ${(100 * accuracy).toFixed(1)} % of the ${split} images was told. ${verdict}`,
    level: isPoor ? 'warn' : 'info',
    rowLabel: 'turned by',
    columnLabel: 'predicted',
    rows: ROTATIONS.map((degrees) => `${degrees}°`),
    columns: ROTATIONS.map((degrees) => `${degrees}°`),
    values: counts.map((line) => line.map((count) => count / each)),
    format: 'percent',
  }
}
