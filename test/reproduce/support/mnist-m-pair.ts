import { mnistM } from '../data/mnist-m.ts'
import { type DigitPair, mnistImages } from './digit-domains.ts'
import { dataPath } from './graft.ts'

/** Some of MNIST, and as many of its other images over patches of photographs: digits of the target come from images that the source does
 *  not have. */
export function mnistMPair(count: number, testCount: number): DigitPair {
  return {
    source: {
      name: 'mnist',
      make: () => ({ train: mnistImages('train', 0, count), test: mnistImages('t10k', 0, testCount) }),
    },
    target: {
      name: 'mnist-m',
      make: async () => ({
        train: await mnistM(mnistImages('train', 60_000 - count, count), dataPath('photos'), 1),
        test: await mnistM(mnistImages('t10k', 10_000 - testCount, testCount), dataPath('photos'), 2),
      }),
    },
  }
}
