import { GraftError } from '../../contract/errors.ts'
import type { Preparation, PREPARATION_NAMES } from '../../contract/imports.ts'
import type { ImagePreparation } from './importer.ts'

type Numbers = Pick<ImagePreparation, 'mean' | 'std'>

/** In units of 0..1, red first. `caffe` takes no spread but the scale of bytes (Simonyan, Zisserman 2015). */
const NAMED: Readonly<Record<(typeof PREPARATION_NAMES)[number], Numbers>> = Object.freeze({
  '0..1': { mean: [0, 0, 0], std: [1, 1, 1] },
  '-1..1': { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  caffe: { mean: [123.68 / 255, 116.779 / 255, 103.939 / 255], std: [1 / 255, 1 / 255, 1 / 255] },
  raw: { mean: [0, 0, 0], std: [1 / 255, 1 / 255, 1 / 255] },
})

/** Whether the network wants blue, green, red: its first kernel is turned round, for pixels here are red, green, blue. */
export function isBgr(preparation: Preparation): boolean {
  return preparation === 'caffe'
}

/** A chosen preparation for an input of [height, width, channels]. Throws E_INPUT where the numbers are not one per channel. */
export function preprocessingOf(preparation: Preparation, shape: readonly number[]): ImagePreparation {
  const [height = 1, width = 1, channels = 3] = shape
  const { mean, std } = typeof preparation === 'string' ? forChannels(preparation, channels) : preparation
  if (mean.length !== channels || std.length !== channels) {
    throw new GraftError(
      'E_INPUT',
      `Expected ${channels} numbers each for mean and std, one per channel. Received: ${mean.length} and ${std.length}.`,
      { fix: 'Give one number per channel of the input.' },
    )
  }
  return { kind: 'image', height, width, channels: channels === 1 ? 1 : 3, mean, std, resize: 'cover' }
}

function forChannels(name: (typeof PREPARATION_NAMES)[number], channels: number): Numbers {
  const isOfColours = name === 'imagenet' || name === 'caffe'
  if (isOfColours && channels !== 3) {
    throw new GraftError('E_INPUT', `Expected a network of three channels for ${name}. Received: ${channels}.`, {
      fix: 'Choose 0..1, -1..1, raw or numbers.',
    })
  }
  const { mean, std } = NAMED[name]
  return { mean: mean.slice(0, channels), std: std.slice(0, channels) }
}
