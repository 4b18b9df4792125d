import type { ExhibitInput } from '../../../contract/exhibits.ts'
import { GraftError } from '../../../contract/errors.ts'
import type { BaseRef } from '../../../contract/spec.ts'
import type { ProbeScore } from '../../probes/cross-validate.ts'
import { kendallTau } from '../../transferability/rank-correlation.ts'
import type { Finding } from '../analysis.ts'
import type { LabelledSample } from '../labelled-sample.ts'

/** One model's scores on the sample. */
export interface ModelScores {
  readonly ref: string
  readonly title: string
  readonly hasSeenDataset: boolean
  readonly logMe: number
  readonly hScore: number
  /** null: the model tells no classes apart. */
  readonly nce: number | null
  readonly leep: number | null
  readonly probe: ProbeScore
  readonly features: number
  readonly seconds: number
}

const CANNOT_BE_READ =
  'The scores have no scale of their own: only their order on the same samples means something, and scores of different datasets cannot be compared.'
const PRIOR =
  'LogME takes features as they are, so that their scale is part of its prior; H-score and the probe do not depend on it.'

/** The ranking in words and as a table, best LogME first. */
export function describeScores(
  scores: readonly ModelScores[],
  sample: LabelledSample,
  base: BaseRef,
): { exhibits: ExhibitInput[]; finding: Finding } {
  if (scores.length === 0) {
    throw new GraftError(
      'E_MODEL_UNKNOWN',
      'Expected models with weights to compare. Received: none that takes such inputs.',
      {
        fix: 'Train a model first, or use a dataset of images, for which a base model ships.',
      },
    )
  }
  const ranked = [...scores].sort((a, b) => b.logMe - a.logMe)
  // A model that has learned from these very labels scores high for another reason.
  const fair = ranked.filter(({ hasSeenDataset }) => !hasSeenDataset)
  const best = fair[0] ?? ranked[0]!
  const bestProbe = [...(fair.length > 0 ? fair : ranked)].sort((a, b) => b.probe.accuracy - a.probe.accuracy)[0]!
  const tau = scores.length < 3 ? null : kendallTau(scores.map((s) => s.logMe), scores.map((s) => s.probe.accuracy)) // prettier-ignore
  const told = wordsOf(best, bestProbe, { sample, fair: fair.length, seen: ranked.length - fair.length })
  const words = [told, leftOutWords(sample), CANNOT_BE_READ].filter((text) => text !== '')
  return {
    exhibits: [tableOf(ranked, sample)],
    finding: {
      words: words.join(' '),
      facts: factsOf(ranked, sample, { best, bestProbe, tau }),
      suggestions:
        best.ref === base || best.hasSeenDataset ? [] : [{ title: `Use ${best.title}`, patch: { base: best.ref } }],
    },
  }
}

function wordsOf(
  best: ModelScores,
  bestProbe: ModelScores,
  { sample, fair, seen }: { readonly sample: LabelledSample; readonly fair: number; readonly seen: number },
): string {
  const among = fair > 1 && seen > 0 ? ', of the models that have not seen this dataset' : ''
  const on = `On ${sample.rows.length} labelled samples of ${sample.classes} classes${among}`
  const probe = `${(100 * bestProbe.probe.accuracy).toFixed(1)} ± ${(100 * bestProbe.probe.error).toFixed(1)} %`
  if (fair === 1 && seen > 0) {
    return `${on}, a linear probe on the features of ${best.title} is right for ${probe}; it is the only model that has not seen this dataset, and the others’ scores say less about other data.`
  }
  if (best === bestProbe) {
    return `${on}, ${best.title} comes first by LogME, and a linear probe on its features is right for ${probe}, which no other reaches.`
  }
  return `${on}, ${best.title} comes first by LogME, but a linear probe is best on ${bestProbe.title} (${probe}); the probe is the more direct measure.`
}

function leftOutWords({ leftOut }: LabelledSample): string {
  if (leftOut.length === 0) return ''
  const shown = leftOut.slice(0, 5).join(', ')
  return `Left out, since they have fewer than two labelled items: ${shown}${leftOut.length > 5 ? ' and others' : ''}.`
}

function tableOf(ranked: readonly ModelScores[], { rows }: LabelledSample): ExhibitInput {
  const wide = ranked.filter(({ features }) => rows.length < features).length
  const corrected =
    wide === 0
      ? ''
      : ` ${wide} of the models have more features than there are samples; LogME and H-score are exact or regularised there.`
  return {
    kind: 'table',
    id: 'transferability',
    title: 'Models by how well their features fit the labels',
    words: `${CANNOT_BE_READ} ${PRIOR}${corrected}`,
    columns: [
      { label: 'Model', format: 'text' },
      { label: 'LogME', format: 'number', better: 'higher' },
      { label: 'H-score', format: 'number', better: 'higher' },
      { label: 'NCE', format: 'number', better: 'higher' },
      { label: 'LEEP', format: 'number', better: 'higher' },
      { label: 'Linear probe', format: 'percent', better: 'higher' },
      { label: '± of the probe', format: 'percent' },
      { label: 'Features', format: 'count' },
      { label: 'Time', format: 'seconds' },
    ],
    rows: ranked.map((score) => [
      score.hasSeenDataset ? `${score.title} (has seen this dataset)` : score.title,
      score.logMe,
      score.hScore,
      score.nce,
      score.leep,
      score.probe.accuracy,
      score.probe.error,
      score.features,
      score.seconds,
    ]),
  }
}

function factsOf(
  ranked: readonly ModelScores[],
  { rows, classes, head }: LabelledSample,
  found: { best: ModelScores; bestProbe: ModelScores; tau: number | null },
): Finding['facts'] {
  const each = ranked.flatMap(({ ref, logMe, hScore, nce, leep, probe }) => [
    [`${ref} logMe`, logMe],
    [`${ref} hScore`, hScore],
    [`${ref} nce`, nce],
    [`${ref} leep`, leep],
    [`${ref} probe`, probe.accuracy],
  ])
  return {
    head,
    samples: rows.length,
    classes,
    best: found.best.ref,
    bestProbe: found.bestProbe.ref,
    logMeProbeTau: found.tau === null || Number.isNaN(found.tau) ? null : found.tau,
    ...Object.fromEntries(each),
  }
}
