import { quoted } from '../refusals.ts'
import { mustBe, picked } from './arguments.ts'
import type { Rule } from './rule.ts'

/** A noise shape that leaves out all axes but the batch drops whole samples. */
export const dropout: Rule = (layer, context) => {
  const noise = layer.config['noise_shape']
  if (!Array.isArray(noise)) return [{ suffix: '', type: 'Dropout', config: picked(layer, ['rate']) }]
  mustBe(layer, 'noise_shape', [null, ...(context.shapes[0] ?? []).map(() => 1)])
  return [{ suffix: '', type: 'StochasticDepth', config: { drop_path_rate: layer.config['rate'] } }]
}

export const stochasticDepth: Rule = (layer) => {
  const { drop_path_rate: rate, survival_probability: kept, rate: other } = layer.config
  const dropped = rate ?? (typeof kept === 'number' ? 1 - kept : (other ?? 0))
  return [{ suffix: '', type: 'StochasticDepth', config: { drop_path_rate: dropped } }]
}

/** Layers that change images or numbers in training only. */
export const trainingOnly: Rule = (layer, { note }) => {
  note(
    `Layer ${quoted(layer.title)} (${quoted(layer.className)}) works in training only and was left out; Graft has its own augmentation.`,
  )
  return []
}

/** By Keras' names. */
export const TRAINING_ONLY = [
  'RandomFlip', 'RandomRotation', 'RandomZoom', 'RandomTranslation', 'RandomContrast', 'RandomBrightness', 'RandomCrop', 'RandomHeight', 'RandomWidth',
  'GaussianNoise', 'GaussianDropout', 'AlphaDropout', 'SpatialDropout2D', 'ActivityRegularization',
] // prettier-ignore
