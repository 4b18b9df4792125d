import { GraftError } from '../../contract/errors.ts'

/** Classes that occur among the labels (indices from 0), in order: absent ones are dropped, they are not scored. Throws where fewer than two
 *  occur. */
export function presentClasses(labels: ArrayLike<number>): number[] {
  const classes = [...new Set(Array.from(labels))].sort((a, b) => a - b)
  if (classes.length >= 2) return classes
  throw new GraftError(
    'E_DATASET_UNUSABLE',
    `Expected labelled samples of at least two classes. Received: ${labels.length} of ${classes.length}.`,
    { fix: 'Label more samples, or choose another column.' },
  )
}

/** 1 where a sample is of the class, else 0. */
export function indicator(labels: ArrayLike<number>, of: number): Float64Array {
  return Float64Array.from(labels, (label) => (label === of ? 1 : 0))
}
