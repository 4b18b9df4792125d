import { GraftError } from '../../contract/errors.ts'
import type { SplitName, TrainingData } from '../engine/data/training-data.ts'
import type { Learner } from '../engine/run/learner.ts'
import type { StagedRun } from '../engine/run/staged-run.ts'
import { learnsUpTo } from '../network/learns-up-to.ts'
import { type Mmd, mmd } from '../transferability/mmd.ts'
import type { Features } from '../transferability/features.ts'
import { proxyADistance, type ProxyADistance } from '../transferability/proxy-a-distance.ts'
import { type PredictionSummary, summarisePredictions } from './domain-predictions.ts'
import { reportRows, someRows, withoutLabels } from './target-data.ts'

/** Samples of each domain that are measured. */
const MEASURED = 1000
/** Target samples that are looked at after every epoch. */
const WATCHED = 1000

/** Source and target of one run. */
export interface Domains {
  readonly source: TrainingData
  /** Without its labels: all that training, selecting and stopping see. */
  readonly target: TrainingData
  /** With labels, for the report alone; null: there are none, or the user wants none. */
  readonly report: { readonly data: TrainingData; readonly split: SplitName; readonly rows: readonly number[] } | null
  /** Place of the head whose predictions are watched: the first for classification. */
  readonly head: number
  readonly seed: number
}

export async function openDomains(
  run: StagedRun,
  { target, layer, isReported }: { readonly target: string; readonly layer: string; readonly isReported: boolean },
): Promise<Domains> {
  requireLearning(run, layer)
  const { data } = await run.dataset(target)
  const rows = isReported ? reportRows(data) : null
  return {
    source: run.main.data,
    target: withoutLabels(data),
    report: rows === null ? null : { data, ...rows },
    head: Math.max(0, run.main.heads.findIndex(({ type }) => type === 'classification')), // prettier-ignore
    seed: run.spec.seed,
  }
}

/** How far apart the domains are at one layer of a network. */
export interface DomainDistance {
  readonly proxy: ProxyADistance
  readonly mmd: Mmd
  readonly source: Features
  readonly target: Features
}

/** Features of some rows of a dataset. */
export interface MeasuredFeatures {
  readonly rows: readonly number[]
  readonly features: Features
}

/** Features of up to `most` (1,000) training items of one domain at one layer; `stage`: a name under which they are kept for a resumed
 *  run. */
export async function measureFeatures(
  run: StagedRun,
  at: {
    readonly learner: Learner
    readonly layer: string
    readonly stage: string
    readonly data: TrainingData
    readonly most?: number
  },
): Promise<MeasuredFeatures> {
  const { learner, layer, stage, data, most = MEASURED } = at
  const rows = someRows(data.rows.train, most, run.spec.seed)
  const [values] = await run.outputs(learner, rows, { data, layers: [layer], stage })
  return { rows, features: { values: values!, length: values!.length / rows.length } }
}

export function distanceOf(source: Features, target: Features, seed: number): DomainDistance {
  return { source, target, proxy: proxyADistance(source, target, { seed }), mmd: mmd(source, target, { seed }) }
}

/** Both domains through one network. */
export async function measureDistance(
  run: StagedRun,
  domains: Domains,
  { learner, layer, stage }: { readonly learner: Learner; readonly layer: string; readonly stage: string },
): Promise<DomainDistance> {
  const at = { learner, layer }
  const source = await measureFeatures(run, { ...at, stage: `${stage}-source`, data: domains.source })
  const target = await measureFeatures(run, { ...at, stage: `${stage}-target`, data: domains.target })
  return distanceOf(source.features, target.features, domains.seed)
}

/** What a network says about the target, without labels. */
export async function watchTarget(run: StagedRun, domains: Domains, learner: Learner): Promise<PredictionSummary> {
  const rows = someRows(domains.target.rows.train, WATCHED, domains.seed)
  const logits = await run.outputs(learner, rows, { data: domains.target })
  return summarisePredictions(logits[domains.head]!, learner.heads[domains.head]!.classes.length)
}

/** Metrics on labelled target samples that nothing was trained on; null: there are none. `most`: of so many of them. */
export async function reportTarget(
  run: StagedRun,
  { report, seed }: Domains,
  learner: Learner,
  most = Infinity,
): Promise<Record<string, number> | null> {
  if (report === null) return null
  const { data, split } = report
  return run.evaluate(learner, split, { data, rows: someRows(report.rows, most, seed) })
}

/** Epochs of a stage after which the target is looked at, at most: a look takes a second or so. */
const LOOKS = 50

/** Points after an epoch: what the target's predictions look like and, marked as a report by their name, how many are right. Of a long
 *  stage, after every few epochs and the last. `name`: of the learner, where it is not the planned network. */
export function targetSeries(
  run: StagedRun,
  domains: Domains,
  { learner, epochs, name = '' }: { readonly learner: Learner; readonly epochs: number; readonly name?: string },
): (epoch: number) => Promise<Record<string, number>> {
  const every = Math.max(1, Math.ceil(epochs / LOOKS))
  const prefix = name === '' ? 'target' : `target.${name}`
  return async (epoch) => {
    if ((epoch + 1) % every !== 0 && epoch + 1 !== epochs) return {}
    const { entropy, informationMaximisation, effectiveClasses } = await watchTarget(run, domains, learner)
    const metrics = await reportTarget(run, domains, learner, WATCHED)
    return {
      [`${prefix}.entropy`]: entropy,
      [`${prefix}.informationMaximisation`]: informationMaximisation,
      [`${prefix}.effectiveClasses`]: effectiveClasses,
      ...(metrics?.['accuracy'] === undefined ? {} : { [`${prefix}.accuracy`]: metrics['accuracy'] }),
    }
  }
}

/** Labelled training items of the source per class of the watched head. */
export function sourcePriors({ source, head }: Domains, learner: Learner): number[] {
  const counts = new Array<number>(learner.heads[head]!.classes.length).fill(0)
  for (const row of source.rows.train) {
    const target = source.targets[head]![row]!
    if (!Number.isNaN(target)) counts[target]! += 1
  }
  return counts
}

/** The plan says so before; this is for a spec that was started all the same. */
function requireLearning({ context }: StagedRun, layer: string): void {
  if (learnsUpTo(context.network, context.states, layer)) return
  const message = `Expected a layer up to "${layer}" that learns. Received: none, they are frozen or have no weights.`
  throw new GraftError('E_RUN_SPEC', message, { fix: 'Unfreeze some, or choose a later layer as features.' })
}
