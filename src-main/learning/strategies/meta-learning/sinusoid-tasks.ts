import { seededRandom } from '../../../base/seeded-random.ts'
import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { Learner } from '../../engine/run/learner.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import type { Tensor } from '../../runtime.ts'
import { secondOrderWords } from './meta-checks.ts'
import { numberLearner } from './meta-learner.ts'
import type { MetaProgram } from './meta-program.ts'
import { metaTraining } from './meta-training.ts'
import type { MetaValues } from './meta-params.ts'
import { meanAndHalf } from './meta-exhibits.ts'
import { drawPoints, drawSinusoid, gridPoints, type Points } from './draw-tasks.ts'

const GRID = 101
/** Tasks whose curves are shown. */
const SHOWN = 3

interface Measured {
  /** Squared errors, [step][task]. */
  readonly errors: number[][]
  /** Of the tasks that are shown. */
  readonly shown: {
    readonly support: { x: number[]; y: number[] }
    readonly truth: number[]
    readonly predicted: number[][]
  }[]
}

/** Regression of waves from a few of their points. Finn et al. 2017, section 5.1. */
export async function sinusoidTasks(run: StagedRun, values: MetaValues): Promise<Learner> {
  const { spec } = run
  run.expect(spec.epochs * (values.compareBaseline ? 2 : 1))
  const learner = numberLearner(run)
  run.keep(learner)
  const program = await train(run, 'meta-training', learner, values)
  let measured: Measured
  try {
    measured = await run.once('sinusoid-test', () => measure(run, program, values))
    run.record({ 'test.mse': meanAndHalf(measured.errors.at(-1)!).mean })
    for (const exhibit of scrubbers(measured)) run.exhibit(exhibit)
  } finally {
    program.dispose()
  }
  const baseline = values.compareBaseline ? await pretrained(run, values) : null
  const note = secondOrderWords(program.isExact, values.algorithm)
  run.exhibit(errorCurves(measured, baseline, values, note))
  return learner
}

function train(
  run: StagedRun,
  stage: string,
  learner: Learner,
  values: MetaValues & { readonly innerSteps: number },
): Promise<MetaProgram> {
  const toTensors = tensorMaker(run)
  return metaTraining(run, stage, {
    ...values,
    learner,
    epochs: run.spec.epochs,
    from: null,
    normalise: (x) => x,
    draw(random) {
      const sinusoid = drawSinusoid(random)
      const support = drawPoints(random, sinusoid, values.shots)
      const query = drawPoints(random, sinusoid, values.queries)
      const [supportX, supportY] = toTensors(support)
      const [queryX, queryY] = toTensors(query)
      return Promise.resolve({ supportX, supportY, queryX, queryY })
    },
  })
}

/** Points as the network takes them: x standardised as its column is. */
function tensorMaker({ runtime, preprocessing }: StagedRun): (points: Points) => [Tensor, Tensor] {
  const { tf } = runtime
  const [column] = preprocessing.kind === 'table' ? preprocessing.columns : []
  const { mean, std } = column?.type === 'numeric' ? column : { mean: 0, std: 1 }
  return ({ x, y }) => {
    const standardised = x.map((value) => (value - mean) / std)
    return [tf.tensor2d(standardised, [x.length, 1]), tf.tensor1d(y)]
  }
}

/** The same network trained on all waves at once, then adapted by the same steps: what ordinary pre-training gives. */
async function pretrained(run: StagedRun, values: MetaValues): Promise<Measured> {
  const learner = numberLearner(run, 'pre-trained')
  const ordinary = { ...values, innerSteps: 0, algorithm: 'maml' as const }
  const program = await train(run, 'pre-training', learner, ordinary)
  try {
    const found = await run.once('sinusoid-baseline', () => measure(run, program, values))
    run.record({ 'test.pre-trained.mse': meanAndHalf(found.errors.at(-1)!).mean })
    return found
  } finally {
    program.dispose()
  }
}

async function measure(run: StagedRun, program: MetaProgram, values: MetaValues): Promise<Measured> {
  const { spec } = run
  const toTensors = tensorMaker(run)
  const errors: number[][] = Array.from({ length: values.evaluationSteps + 1 }, () => [])
  const shown: Measured['shown'] = []
  for (let index = 0; index < values.testTasks; index++) {
    const random = seededRandom(spec.seed, `test wave ${index}`)
    const sinusoid = drawSinusoid(random)
    const support = drawPoints(random, sinusoid, values.shots)
    const grid = gridPoints(sinusoid, GRID)
    const [supportX, supportY] = toTensors(support)
    const [queryX, queryY] = toTensors(grid)
    const steps = program.adaptation({ supportX, supportY, queryX }, values.evaluationSteps)
    for (const tensor of [supportX, supportY, queryX, queryY]) tensor.dispose()
    steps.forEach((outputs, k) => errors[k]!.push(squaredError(outputs, grid.y)))
    if (shown.length < SHOWN) {
      const points = { x: [...support.x], y: [...support.y] }
      shown.push({ support: points, truth: [...grid.y], predicted: steps.map((outputs) => [...outputs]) })
    }
    await run.throwIfInterrupted({ done: index + 1, total: values.testTasks, message: 'Measuring new waves' })
  }
  return { errors, shown }
}

function squaredError(outputs: Float32Array, truth: Float32Array): number {
  return outputs.reduce((sum, value, i) => sum + (value - truth[i]!) ** 2, 0) / truth.length
}

/** A wave, its few points, and the network's answer after each step. */
function scrubbers({ shown }: Measured): ExhibitInput[] {
  const x = Array.from({ length: GRID }, (_, i) => -5 + (10 * i) / (GRID - 1))
  return shown.map(({ support, truth, predicted }, index) => ({
    kind: 'scrubber',
    id: `wave-${index + 1}`,
    title: `New wave ${index + 1}`,
    words: 'Drag through the steps: how the network moves from what it knows of all waves to this one.',
    x: { label: 'x' },
    y: { label: 'y' },
    stepLabel: 'step of adaptation',
    steps: predicted.map((y, k) => ({
      label: String(k),
      series: [
        { name: 'network', x, y },
        { name: 'wave', x, y: truth, style: 'dashed' as const },
        { name: 'given points', x: support.x, y: support.y, style: 'points' as const },
      ],
    })),
  }))
}

function errorCurves(measured: Measured, baseline: Measured | null, values: MetaValues, note: string): ExhibitInput {
  const curve = (name: string, { errors }: Measured) => {
    const steps = errors.map(meanAndHalf)
    return {
      name,
      x: steps.map((_, k) => k),
      y: steps.map(({ mean }) => mean),
      low: steps.map(({ mean, half }) => mean - half),
      high: steps.map(({ mean, half }) => mean + half),
    }
  }
  const own = measured.errors.map(meanAndHalf)
  const [one, last] = [own[Math.min(1, own.length - 1)]!, own.at(-1)!]
  const other = baseline === null ? null : meanAndHalf(baseline.errors.at(-1)!)
  const compared = other === null ? '' : ` Pre-trained on all waves at once: ${other.mean.toFixed(2)}.`
  return {
    kind: 'curves',
    id: 'adaptation',
    title: 'Adaptation to new waves',
    words: `Mean squared error ${one.mean.toFixed(2)} after one step on ${values.shots} points, ${last.mean.toFixed(2)} ± ${last.half.toFixed(2)} after ${own.length - 1}.${compared} ${note}`,
    level: other !== null && other.mean < last.mean ? 'warn' : 'info',
    x: { label: 'step of adaptation' },
    y: { label: 'mean squared error', log: true },
    series: [curve('meta-learned', measured), ...(baseline === null ? [] : [curve('pre-trained on all', baseline)])],
  }
}
