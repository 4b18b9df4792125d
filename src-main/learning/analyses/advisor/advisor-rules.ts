import { percent } from '../../../base/percent.ts'
import type { BaseRef } from '../../../contract/spec.ts'

/** What was measured of a dataset and a base. */
export interface Measurements {
  readonly labelled: number
  readonly unlabelled: number
  /** Labelled training items per class, of the classes that occur. */
  readonly perClass: number
  /** Parameters of a linear head on the base's features. */
  readonly headParameters: number
  /** Cross-validated accuracy of a linear probe on the base's features, and on those of the same network with random weights. */
  readonly probe: number
  readonly randomProbe: number
  readonly logMe: number
  readonly randomLogMe: number
  /** Proxy A-distance between the base's own data and the user's, 0..2; null: no sample of the base's data is there. */
  readonly distance: number | null
}

export type Size = 'small' | 'large'
export type Similarity = 'similar' | 'different'

/** Items per class below which a dataset is small and above which it is large (the strategy notes of CS231n put it in words; the numbers are
 *  Graft's). Between, it is large if it has an item for every parameter of a linear head. */
export const SMALL_PER_CLASS = 50
export const LARGE_PER_CLASS = 500

export function sizeOf({ perClass, labelled, headParameters }: Measurements): { size: Size; why: string } {
  const each = `${Math.round(perClass)} labelled items per class`
  if (perClass < SMALL_PER_CLASS) return { size: 'small', why: `${each}, fewer than ${SMALL_PER_CLASS}` }
  if (perClass > LARGE_PER_CLASS) return { size: 'large', why: `${each}, more than ${LARGE_PER_CLASS}` }
  const against = `${labelled} items for the ${headParameters} parameters of a linear head`
  return { size: labelled >= headParameters ? 'large' : 'small', why: `${each}, and ${against}` }
}

/** Domains closer than this overlap more than they differ: a linear classifier is wrong on a quarter of the items or more. */
export const NEAR = 1
/** Share of the random network's errors that trained weights take away, from which on they are said to know the domain. */
export const KNOWS = 0.5

/** Similar: the domains are near, or trained weights take away half of the errors that random ones make; and never where random weights fit
 *  the labels as well by LogME. */
export function similarityOf(measured: Measurements): { similarity: Similarity; knows: number; why: string } {
  const { probe, randomProbe, logMe, randomLogMe, distance } = measured
  const knows = randomProbe >= 1 ? 0 : (probe - randomProbe) / (1 - randomProbe)
  const probes = `a linear probe is right for ${percent(probe)} on the base's features and for ${percent(randomProbe)} on those of the same network with random weights`
  const scores = `LogME is ${logMe.toFixed(3)} against ${randomLogMe.toFixed(3)}`
  const apart =
    distance === null
      ? 'no sample of what the base was trained on is in the workspace, so that the probes decide'
      : `the proxy A-distance to what the base was trained on is ${distance.toFixed(2)} of 2`
  const isSimilar = logMe > randomLogMe && ((distance !== null && distance < NEAR) || knows >= KNOWS)
  return { similarity: isSimilar ? 'similar' : 'different', knows, why: `${apart}; ${probes}; ${scores}` }
}

export type Quadrant = `${Size}-${Similarity}`

/** The four rules (Karpathy, Johnson, Li: CS231n, "Transfer learning", when and how to fine-tune). */
export const QUADRANTS: Readonly<Record<Quadrant, { readonly title: string; readonly rule: string }>> = {
  'small-similar': {
    title: 'Linear probe',
    rule: 'Few labels and a base that knows such data: train a head on frozen features; more would only overfit.',
  },
  'small-different': {
    title: 'Probe on earlier activations',
    rule: 'Few labels and a base that knows other data: train a head on an earlier block, whose features are more general.',
  },
  'large-similar': {
    title: 'Fine-tune everything, gently',
    rule: 'Many labels and a base that knows such data: fine-tune all layers at a low rate.',
  },
  'large-different': {
    title: 'Fine-tune everything from these weights',
    rule: 'Many labels and a base that knows other data: train all layers; the weights are still a better start than random ones.',
  },
}

type Patch = Readonly<Record<string, unknown>>

/** What the probes measured: a linear head, right behind the features. */
const PROBE: Patch = {
  strategy: { type: 'feature-extraction', head: 'converged' },
  newLayers: [],
  freeze: { all: true },
  train: null,
}

/** The spec of a rule. `earlier`: where the best earlier probe was found; null: none was better than the features. */
export function patchOf(quadrant: Quadrant, earlier: string | null): Patch {
  switch (quadrant) {
    case 'small-similar':
      return { ...PROBE, cut: null }
    case 'small-different':
      return { ...PROBE, cut: earlier }
    case 'large-similar':
      return fineTuning({ unfreezeLearningRate: 0.0001 })
    case 'large-different':
      return fineTuning({ trainBatchNorm: true })
  }
}

export function fineTuning(more: Patch = {}): Patch {
  return { strategy: { type: 'fine-tuning', ...more }, freeze: null, train: null, cut: null }
}

/** Unlabelled items for each labelled one from which on self-training is worth a run. */
const MANY_UNLABELLED = 5

export interface FurtherRule {
  readonly words: string
  readonly title: string
  readonly patch: Patch
}

/** Rules beside the four quadrants. */
export function furtherRules(
  size: Size,
  measured: Pick<Measurements, 'labelled' | 'unlabelled'>,
  model: { readonly megabytes: number; readonly limit: number | null; readonly base: BaseRef },
): FurtherRule[] {
  const rules: FurtherRule[] = []
  const { labelled, unlabelled } = measured
  if (size === 'small' && unlabelled >= MANY_UNLABELLED * labelled) {
    rules.push({
      words: `There are ${unlabelled} unlabelled items beside ${labelled} labelled ones: self-training can use them.`,
      title: 'Self-training',
      patch: { strategy: { type: 'self-training' } },
    })
  }
  if (model.limit !== null && model.megabytes > model.limit) {
    const teachers = typeof model.base === 'string' && model.base.startsWith('run:') ? [model.base] : []
    const first = teachers.length > 0 ? '' : ' Train it first: it is then the teacher.'
    rules.push({
      words: `The model takes ${model.megabytes.toFixed(1)} MB and may take ${model.limit}: distil it into a smaller one.${first}`,
      title: 'Distil into MobileNetV2',
      patch: {
        base: { architecture: 'mobilenetv2' },
        cut: null,
        freeze: null,
        train: null,
        strategy: { type: 'distillation', teachers },
      },
    })
  }
  return rules
}
