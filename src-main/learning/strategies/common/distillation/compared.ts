import type { Network } from '../../../../contract/network.ts'
import type { HeadInfo } from '../../../network/head-info.ts'
import type { WeightValues } from '../../../weights/weight-values.ts'
import type { Learner } from '../../../engine/run/learner.ts'
import { measureNetwork, type NetworkCost } from '../../../engine/model/measure-inference.ts'
import type { SplitName, TrainingData } from '../../../engine/data/training-data.ts'
import type { Reference, StagedRun } from '../../../engine/run/staged-run.ts'
import type { Answers } from './teacher-answers.ts'
import { scatter } from './teacher-answers.ts'

/** A model beside others: what it answers and what it costs. */
export interface Compared {
  readonly name: string
  /** Logits by row, per head. */
  readonly answers: Answers
  /** Null: it is made of several models. */
  readonly cost: NetworkCost | null
}

/** The split that figures are told of: test where it has labels, else validation, else train. */
export function reportedSplit({ rows }: TrainingData): SplitName {
  return (['test', 'validation', 'train'] as const).find((split) => rows[split].length > 0) ?? 'train'
}

/** A learner's logits on some rows by row, per head; kept in the run's folder under `stage`. */
export async function learnerAnswers(
  run: StagedRun,
  learner: Learner,
  rows: readonly number[],
  stage: string,
): Promise<Answers> {
  const { data } = run.main
  const outputs = await run.outputs(learner, rows, { stage })
  return learner.heads.map(({ type, classes }, h) => {
    if (type !== 'classification') return null
    const answers = { compact: outputs[h]!, width: classes.length }
    return scatter(answers, rows, data.hashes.length, [...classes.keys()])
  })
}

/** Measured once per run, so that a resumed run tells the same. */
export function costOf(run: StagedRun, of: Learner | Reference, stage: string): Promise<NetworkCost> {
  const { network, weights } = weightsOf(run, of)
  return run.once(stage, () => measureNetwork(run.runtime, network, weights))
}

function weightsOf(run: StagedRun, of: Learner | Reference): { network: Network; weights: WeightValues } {
  if ('files' in of) return { network: of.files.network, weights: of.weights }
  return { network: of.model.network, weights: run.weights(of) }
}

/** Classification heads with their place. */
export function classifiers(heads: readonly HeadInfo[]): { readonly head: HeadInfo; readonly h: number }[] {
  return heads.flatMap((head, h) => (head.type === 'classification' ? [{ head, h }] : []))
}

/** `distillation`, and for further heads `distillation.<place>`. */
export function exhibitId(name: string, place: number): string {
  return place === 0 ? name : `${name}.${place}`
}

/** A difference of shares in percentage points, with its sign: `+1.2 points`. */
export function points(difference: number): string {
  return `${difference < 0 ? '-' : '+'}${Math.abs(100 * difference).toFixed(1)} points`
}
