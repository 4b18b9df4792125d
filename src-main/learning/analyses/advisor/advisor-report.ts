import { percent } from '../../../base/percent.ts'
import type { ExhibitInput } from '../../../contract/exhibits.ts'
import type { BaseRef } from '../../../contract/spec.ts'
import type { ProbeScore } from '../../probes/cross-validate.ts'
import {
  fineTuning,
  type FurtherRule,
  furtherRules,
  type Measurements,
  patchOf,
  type Quadrant,
  QUADRANTS,
  type Similarity,
  type Size,
} from './advisor-rules.ts'
import type { Trial } from './advisor-trial.ts'
import type { Finding, Surroundings } from '../analysis.ts'
import type { LabelledSample } from '../labelled-sample.ts'

/** A linear probe at the end of an earlier block. */
export interface EarlierProbe {
  readonly layer: string
  readonly accuracy: number
}

export interface Advice {
  readonly measured: Measurements
  readonly probe: ProbeScore
  readonly randomProbe: ProbeScore
  readonly sample: LabelledSample
  readonly size: { readonly size: Size; readonly why: string }
  readonly similarity: { readonly similarity: Similarity; readonly knows: number; readonly why: string }
  /** The base's features first, then earlier blocks; empty: not asked. */
  readonly earlier: readonly EarlierProbe[]
  readonly trial: Trial | null
  readonly model: { readonly megabytes: number; readonly limit: number | null; readonly base: BaseRef }
  readonly layer: string
  /** null: none is measured that is worth it. */
  readonly precision: FurtherRule | null
}

/** The rule that fired, in words, with what was measured; and the spec that follows. */
export function describeAdvice(advice: Advice): { exhibits: ExhibitInput[]; finding: Finding } {
  const { size, similarity, earlier, trial, measured, model } = advice
  const quadrant: Quadrant = `${size.size}-${similarity.similarity}`
  const best = earlier.reduce<EarlierProbe | null>((a, b) => (a === null || b.accuracy > a.accuracy ? b : a), null)
  const cut = best === null || best === earlier[0] ? null : best.layer
  const overruled = overrules(quadrant, trial)
  // What was measured of the frozen part does not hold for one that ends earlier.
  const faster = advice.precision === null || cut !== null ? [] : [advice.precision]
  const further = [...furtherRules(size.size, measured, model), ...faster]
  const { title, rule } = QUADRANTS[quadrant]
  const ruled = { title, patch: patchOf(quadrant, cut) }
  const words = [
    `${rule} The dataset is ${size.size}: ${size.why}. It is ${similarity.similarity} to what the base knows: ${similarity.why}.`,
    earlierWords(earlier, best),
    trialWords(trial, overruled),
    ...further.map((each) => each.words),
  ]
  const suggestions = overruled === null ? [ruled] : [overruled, ruled]
  return {
    exhibits: [measurementTable(advice), ruleTable(quadrant), ...earlierTable(earlier)],
    finding: {
      words: words.filter((text) => text !== '').join(' '),
      facts: factsOf(advice, quadrant, { cut, isOverruled: overruled !== null }),
      suggestions: [...suggestions, ...further.map((each) => ({ title: each.title, patch: each.patch }))],
    },
  }
}

/** What a trial says against the rule, where the difference is larger than its error. */
function overrules(
  quadrant: Quadrant,
  trial: Trial | null,
): { title: string; patch: Finding['suggestions'][number]['patch'] } | null {
  if (trial === null) return null
  const gain = trial.fineTuned - trial.probe
  if (quadrant.startsWith('small') && gain > trial.error) {
    return { title: 'Fine-tune, as the trial says', patch: fineTuning({ unfreezeLearningRate: 0.0001 }) }
  }
  if (quadrant.startsWith('large') && -gain > trial.error) {
    return { title: 'Linear probe, as the trial says', patch: patchOf('small-similar', null) }
  }
  return null
}

function trialWords(trial: Trial | null, overruled: { title: string } | null): string {
  if (trial === null) return ''
  const { probe, fineTuned, error, heldOut, epochs, seconds } = trial
  const told = `In a trial of ${Math.round(seconds)} s (${epochs} epochs) the probe was right for ${percent(probe)} and fine-tuning for ${percent(fineTuned)} of ${heldOut} held-out items (± ${percent(error)})`
  return overruled === null
    ? `${told}, which does not speak against the rule.`
    : `${told}: the trial overrules the rule.`
}

function earlierWords(earlier: readonly EarlierProbe[], best: EarlierProbe | null): string {
  const [own] = earlier
  if (own === undefined || best === null) return ''
  if (best === own)
    return `No earlier block was better than the features (${percent(own.accuracy)}): the probe stays there.`
  return `A probe at ${best.layer} is right for ${percent(best.accuracy)}, at the features for ${percent(own.accuracy)}: the network is cut there.`
}

function measurementTable({ measured, probe, randomProbe, sample, similarity, layer }: Advice): ExhibitInput {
  const { labelled, unlabelled, perClass, headParameters, logMe, randomLogMe, distance } = measured
  const whole = (value: number) => String(Math.round(value))
  const probeText = ({ accuracy, error }: ProbeScore) => `${percent(accuracy)} ± ${percent(error)}`
  return {
    kind: 'table',
    id: 'measurements',
    title: 'What was measured',
    words: `On ${sample.rows.length} labelled items of ${sample.classes} classes, features at ${layer}. The base takes away ${percent(similarity.knows)} of the errors that random weights make.`,
    columns: [
      { label: 'Measure', format: 'text' },
      { label: 'Value', format: 'text' },
    ],
    rows: [
      ['Labelled training items', whole(labelled)],
      ['per class', perClass.toFixed(1)],
      ['Unlabelled training items', whole(unlabelled)],
      ['Parameters of a linear head', whole(headParameters)],
      ['Linear probe on the base', probeText(probe)],
      ['Linear probe on random weights', probeText(randomProbe)],
      ['LogME of the base', logMe.toFixed(4)],
      ['LogME of random weights', randomLogMe.toFixed(4)],
      ['Proxy A-distance to the base’s own data', distance === null ? 'not measured' : distance.toFixed(3)],
    ],
  }
}

function ruleTable(fired: Quadrant): ExhibitInput {
  const quadrants = Object.keys(QUADRANTS) as Quadrant[]
  return {
    kind: 'table',
    id: 'rules',
    title: 'The four rules',
    words: `The rule that fired: ${QUADRANTS[fired].rule}`,
    columns: [
      { label: 'Data', format: 'text' },
      { label: 'Suggestion', format: 'text' },
      { label: 'Rule', format: 'text' },
    ],
    rows: quadrants.map((name) => [name.replace('-', ' and '), QUADRANTS[name].title, QUADRANTS[name].rule]),
    own: quadrants.indexOf(fired),
  }
}

function earlierTable(earlier: readonly EarlierProbe[]): ExhibitInput[] {
  if (earlier.length === 0) return []
  return [
    {
      kind: 'table',
      id: 'earlier',
      title: 'Probes on earlier activations',
      words: 'Accuracy of a linear probe at the ends of blocks, by cross-validation on the same items.',
      columns: [
        { label: 'Layer', format: 'text' },
        { label: 'Linear probe', format: 'percent', better: 'higher' },
      ],
      rows: earlier.map(({ layer, accuracy }) => [layer, accuracy]),
    },
  ]
}

function factsOf(
  { measured, size, similarity, trial, sample }: Advice,
  quadrant: Quadrant,
  { cut, isOverruled }: { cut: string | null; isOverruled: boolean },
): Finding['facts'] {
  return {
    ...measured,
    quadrant,
    size: size.size,
    similarity: similarity.similarity,
    knows: similarity.knows,
    samples: sample.rows.length,
    cut,
    isOverruled,
    trialProbe: trial?.probe ?? null,
    trialFineTuned: trial?.fineTuned ?? null,
    trialError: trial?.error ?? null,
    trialEpochs: trial?.epochs ?? null,
  }
}

/** Without a label there is nothing to train a head on; labels of what the base knows may be carried over. */
export function nothingLabelled(dataset: string, { baseDomain, items }: Surroundings): Finding {
  const facts = { labelled: 0, unlabelled: items.unlabelled, quadrant: null, baseDomain }
  const none = `"${dataset}" has no labelled training items for this head.`
  if (baseDomain === null) {
    const words = `${none} Label some; or adapt from a labelled dataset of the same classes (DANN), which the workspace does not have for this base.`
    return { words, facts, suggestions: [] }
  }
  return {
    words: `${none} The base was trained on "${baseDomain}", whose labels can be carried over where the classes are the same: domain adaptation (DANN).`,
    facts,
    suggestions: [
      {
        title: `Adapt from ${baseDomain}`,
        patch: { dataset: baseDomain, strategy: { type: 'dann', target: dataset } },
      },
    ],
  }
}

/** A network of random weights has nothing to transfer. */
export function nothingReused({ models, items }: Surroundings): Finding {
  const [first] = models
  const words =
    'The base has no trained weights that are reused: there is nothing to transfer, and the whole network learns from your labels alone.'
  const facts = { labelled: items.labelled, unlabelled: items.unlabelled, quadrant: null, baseDomain: null }
  if (first === undefined)
    return { words: `${words} There is no trained model for such inputs yet.`, facts, suggestions: [] }
  const more = 'Choose a trained model, or let the transferability scores rank them.'
  return {
    words: `${words} ${more}`,
    facts,
    suggestions: [{ title: `Use ${first.title}`, patch: { base: first.ref } }],
  }
}
