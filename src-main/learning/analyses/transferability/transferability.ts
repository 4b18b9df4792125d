import { defineParams } from '../../../contract/params.ts'
import type { StagedRun } from '../../engine/run/staged-run.ts'
import { probeAccuracy } from '../../probes/cross-validate.ts'
import { hScore } from '../../transferability/h-score.ts'
import { leep } from '../../transferability/leep.ts'
import { logMe } from '../../transferability/log-me.ts'
import { nce } from '../../transferability/nce.ts'
import { defineAnalysis, type Surroundings } from '../analysis.ts'
import { type LabelledSample, labelledSample } from '../labelled-sample.ts'
import { modelOutputs } from '../model-outputs.ts'
import { describeScores, type ModelScores } from './transferability-report.ts'

const params = defineParams({
  samples: {
    type: 'integer',
    label: 'Samples',
    default: 500,
    help: 'Scores are computed on so many labelled training items, drawn evenly over the classes; a thousand take seconds for a small model, a minute for a large one.',
    min: 20,
    max: 5000,
  },
  models: {
    type: 'models',
    label: 'Models',
    default: [] as string[],
    help: 'Which models are compared; none chosen: every base model and trained model that takes such inputs.',
  },
  folds: {
    type: 'integer',
    label: 'Folds of the probe',
    default: 5,
    help: 'The linear probe is measured by cross-validation with so many parts; each is left out once.',
    min: 2,
    max: 20,
    advanced: true,
  },
})

/** LogME, H-score, NCE and LEEP of every model on the user's labels, beside the accuracy of a linear probe. Formulas and papers stand in
 *  learning/transferability. */
export const transferability = defineAnalysis({
  type: 'transferability',
  label: 'Transferability scores',
  help: 'Ranks base models and trained models by how well their features fit your labels, without training any of them.',
  params,
  needsAllModels: true,
  itemLimit: ({ samples }) => samples,
  async run(run, values, surroundings) {
    const sample = labelledSample(run, values.samples)
    const wanted = candidates(values.models, surroundings)
    const scores: ModelScores[] = []
    for (const [i, model] of wanted.entries()) {
      await run.throwIfInterrupted({ done: i, total: wanted.length, message: model.title })
      scores.push(await scoreModel(run, model, sample, values.folds))
    }
    await run.throwIfInterrupted({ done: wanted.length, total: wanted.length, message: 'Comparing' })
    const { exhibits, finding } = describeScores(scores, sample, run.spec.base)
    for (const exhibit of exhibits) run.exhibit(exhibit)
    return finding
  },
})

type Candidate = Surroundings['models'][number]

/** Those chosen, or all. */
function candidates(chosen: readonly string[], { models }: Surroundings): readonly Candidate[] {
  if (chosen.length === 0) return models
  return chosen.map((ref) => models.find((model) => model.ref === ref) ?? { ref, title: ref, hasSeenDataset: false })
}

async function scoreModel(
  run: StagedRun,
  { ref, title, hasSeenDataset }: Candidate,
  { rows, labels }: LabelledSample,
  folds: number,
): Promise<ModelScores> {
  const { runtime, spec } = run
  const started = runtime.now()
  const { features, probabilities } = await modelOutputs(run, await run.reference(ref), rows)
  await run.throwIfInterrupted()
  const own = logMe(features, labels)
  await run.throwIfInterrupted()
  const h = hScore(features, labels).value
  const probe = await probeAccuracy(runtime.tf, features, labels, { seed: spec.seed, folds }, () =>
    run.throwIfInterrupted(),
  )
  return {
    ref,
    title,
    hasSeenDataset,
    logMe: own,
    hScore: h,
    nce: probabilities === null ? null : nce(probabilities, labels),
    leep: probabilities === null ? null : leep(probabilities, labels),
    probe,
    features: features.columns,
    seconds: (runtime.now() - started) / 1000,
  }
}
