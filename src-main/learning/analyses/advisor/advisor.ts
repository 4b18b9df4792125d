import { GraftError } from '../../../contract/errors.ts'
import type { Network } from '../../../contract/network.ts'
import { defineParams } from '../../../contract/params.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { inferNetwork } from '../../network/infer.ts'
import { networkUpTo } from '../../network/network-up-to.ts'
import { probeAccuracy } from '../../probes/cross-validate.ts'
import { logMe } from '../../transferability/log-me.ts'
import type { Matrix } from '../../transferability/matrix.ts'
import { proxyADistance } from '../../transferability/proxy-a-distance.ts'
import { type Measurements, similarityOf, sizeOf } from './advisor-rules.ts'
import { describeAdvice, type EarlierProbe, nothingLabelled, nothingReused } from './advisor-report.ts'
import { runTrial } from './advisor-trial.ts'
import { precisionRule } from './precision-rule.ts'
import { defineAnalysis, type Surroundings } from '../analysis.ts'
import { type LabelledSample, labelledSample } from '../labelled-sample.ts'
import { featuresOf } from '../model-outputs.ts'

const params = defineParams({
  samples: {
    type: 'integer',
    label: 'Samples',
    default: 500,
    help: 'Similarity is measured, and the trial trains, on so many labelled training items at most, drawn evenly over the classes.',
    min: 20,
    max: 5000,
  },
  trialSeconds: {
    type: 'integer',
    label: 'Trial',
    default: 60,
    help: 'A linear probe and fine-tuning are tried for so long on the sample, and may overrule the rule; 0: no trial.',
    unit: 's',
    min: 0,
    max: 3600,
  },
  largestMegabytes: {
    type: 'number',
    label: 'Largest model',
    default: null as number | null,
    help: 'Size that the model may have where it is used; beyond it, distillation is suggested. Empty: any.',
    unit: 'MB',
    min: 0.001,
    max: 100_000,
    log: true,
    optional: true,
  },
})

/** Which way to learn suits this dataset and base: the four quadrants of CS231n's notes on transfer learning, with size and similarity measured
 *  rather than guessed. */
export const advisor = defineAnalysis({
  type: 'advisor',
  label: 'Advisor',
  help: 'Measures how much data there is and how well the base knows it, names the rule that follows, and makes its spec.',
  params,
  needsAllModels: true,
  itemLimit: ({ samples }) => samples,
  async run(run, values, surroundings) {
    if (surroundings.items.labelled === 0) return nothingLabelled(run.manifest.dataset.name, surroundings)
    const layer = lastReused(run)
    if (layer === null) return nothingReused(surroundings)
    const sample = labelledSample(run, values.samples)
    const found = await measureAll(run, sample, layer, surroundings)
    const size = sizeOf(found.measured)
    const similarity = similarityOf(found.measured)
    const isEarlierAsked = size.size === 'small' && similarity.similarity === 'different'
    const earlier = isEarlierAsked ? await earlierProbes(run, sample, { layer, own: found.measured.probe }) : []
    const trial = values.trialSeconds === 0 ? null : await runTrial(run, sample, { seconds: values.trialSeconds, layer }) // prettier-ignore
    const megabytes = (4 * parametersOf(run.main.model.network)) / 1e6
    const model = { megabytes, limit: values.largestMegabytes, base: run.spec.base }
    const precision = precisionRule(surroundings.precisions, run.spec.prefixPrecision, run.manifest.dataset.version)
    const advice = { ...found, size, similarity, earlier, trial, model, layer, precision }
    const { exhibits, finding } = describeAdvice(advice)
    for (const exhibit of exhibits) run.exhibit(exhibit)
    return finding
  },
})

/** Where the base's knowledge ends: the last reused layer. Null: every layer starts with random weights. */
function lastReused({ main }: StagedRun): string | null {
  const { network } = main.model
  const reused = network.layers.filter(({ name, type }) => type !== 'InputLayer' && main.states[name] !== 'fresh')
  return reused.at(-1)?.name ?? null
}

function parametersOf(network: Network): number {
  return inferNetwork(network).facts.reduce((sum, { parameters }) => sum + parameters, 0)
}

async function measureAll(run: StagedRun, sample: LabelledSample, layer: string, { items, baseDomain }: Surroundings) {
  const { runtime, spec, main } = run
  const between = () => run.throwIfInterrupted()
  const features = await featuresOf(run, main, sample.rows, layer)
  await run.throwIfInterrupted({ done: 1, total: 4, message: 'Probing the base' })
  const probe = await probeAccuracy(runtime.tf, features, sample.labels, { seed: spec.seed }, between)
  const network = networkUpTo(main.model.network, layer)
  const random = run.learner({ name: 'random', network, heads: { records: [], infos: [] }, seed: spec.seed })
  await run.throwIfInterrupted({ done: 2, total: 4, message: 'Probing random weights' })
  const randomFeatures = await featuresOf(run, random, sample.rows, layer)
  const randomProbe = await probeAccuracy(runtime.tf, randomFeatures, sample.labels, { seed: spec.seed }, between)
  await run.throwIfInterrupted({ done: 3, total: 4, message: 'Comparing domains' })
  const distance = baseDomain === null ? null : await distanceTo(run, baseDomain, { features, layer })
  const present = items.classCounts.filter((count) => count > 0)
  const measured: Measurements = {
    labelled: items.labelled,
    unlabelled: items.unlabelled,
    perClass: present.length === 0 ? sample.rows.length / sample.classes : items.labelled / present.length,
    headParameters: (features.columns + 1) * sample.classes,
    probe: probe.accuracy,
    randomProbe: randomProbe.accuracy,
    logMe: logMe(features, sample.labels),
    randomLogMe: logMe(randomFeatures, sample.labels),
    distance,
  }
  return { measured, probe, randomProbe, sample }
}

/** The proxy A-distance at the base's features; null where either domain has too few items. */
async function distanceTo(
  run: StagedRun,
  name: string,
  { features, layer }: { features: Matrix; layer: string },
): Promise<number | null> {
  const { data } = await run.dataset(name)
  const rows = [...data.rows.train, ...data.unlabelled].slice(0, features.rows)
  if (Math.min(rows.length, features.rows) < FEWEST) return null
  const [values] = await run.outputs(run.main, rows, { layers: [layer], data })
  const { columns } = features
  const theirs = { values: pooledTo(values!, rows.length, columns), length: columns }
  const ours = { values: Float32Array.from(features.values), length: columns }
  return proxyADistance(theirs, ours, { seed: run.spec.seed }).distance
}

/** Fewer items of a domain than these make a distance of mere noise. */
const FEWEST = 40

function pooledTo(values: Float32Array, rows: number, columns: number): Float32Array {
  const places = values.length / rows / columns
  if (!Number.isInteger(places)) throw new GraftError('E_INTERNAL', 'features of two domains differ in width')
  const means = new Float32Array(rows * columns)
  for (let at = 0; at < values.length; at++) {
    means[Math.floor(at / (places * columns)) * columns + (at % columns)]! += values[at]! / places
  }
  return means
}

/** Blocks that are probed at most. */
const PROBED_BLOCKS = 4

/** Probes at the ends of earlier blocks, latest first. */
async function earlierProbes(
  run: StagedRun,
  sample: LabelledSample,
  { layer, own }: { layer: string; own: number },
): Promise<EarlierProbe[]> {
  const { main, runtime, spec } = run
  const ends = blockEnds(networkUpTo(main.model.network, layer)).filter((name) => name !== layer)
  const step = Math.max(1, Math.ceil(ends.length / PROBED_BLOCKS))
  const probed = ends.toReversed().filter((_, i) => i % step === 0)
  const probes: EarlierProbe[] = [{ layer, accuracy: own }]
  for (const name of probed) {
    const features = await featuresOf(run, main, sample.rows, name)
    const { accuracy } = await probeAccuracy(runtime.tf, features, sample.labels, { seed: spec.seed }, () =>
      run.throwIfInterrupted(),
    )
    probes.push({ layer: name, accuracy })
  }
  return probes
}

/** The last layer of each block, in order, where everything later depends on it alone. */
function blockEnds(network: Network): string[] {
  const last = new Map(
    network.layers.filter(({ type }) => type !== 'InputLayer').map(({ name, block }) => [block, name]),
  )
  const places = new Map(network.layers.map(({ name }, i) => [name, i]))
  return [...last.values()].filter((name) => {
    const at = places.get(name)!
    const later = network.layers.slice(at + 1)
    return later.every(({ inputs }) => inputs.every((input) => places.get(input)! >= at))
  })
}
