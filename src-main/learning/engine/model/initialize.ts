import { seededRandom, type SeededRandom } from '../../../base/seeded-random.ts'
import type { Initializer } from '../../network/layers/layer-row.ts'
import type { NetworkWeight } from '../../network/infer.ts'

/** Standard deviation of a normal distribution cut off at two standard deviations. */
const TRUNCATED_STD = 0.8796256610342398

/** Starting values of one weight. They depend on the seed and the weight's own name only: a layer more in the network
 *  does not change the others. glorotUniform: Glorot, Bengio, AISTATS 2010, eq. (16); heNormal, heUniform: He et al., ICCV
 *  2015, arXiv 1502.01852, eq. (10); heNormal is cut off at two standard deviations, as in Keras. */
export function initializeWeight(weight: NetworkWeight, seed: number): Float32Array {
  const size = weight.shape.reduce((total, value) => total * value, 1)
  const draw = sampler(weight.initializer, weight, seededRandom(seed, weight.fullName))
  const values = new Float32Array(size)
  // A network has millions: `from` would gather them in a list first.
  for (let i = 0; i < size; i++) values[i] = draw()
  return values
}

function sampler(
  kind: Initializer,
  weight: Pick<NetworkWeight, 'fanIn' | 'fanOut' | 'value'>,
  random: SeededRandom,
): () => number {
  switch (kind) {
    case 'zeros':
      return () => 0
    case 'ones':
      return () => 1
    case 'constant':
      return () => weight.value!
    case 'glorotUniform':
      return uniform(Math.sqrt(6 / (weight.fanIn + weight.fanOut)), random)
    case 'heUniform':
      return uniform(Math.sqrt(6 / weight.fanIn), random)
    case 'truncatedNormal':
      return truncatedNormal(0.02, random)
    case 'heNormal':
      return truncatedNormal(Math.sqrt(2 / weight.fanIn) / TRUNCATED_STD, random)
  }
}

function uniform(limit: number, random: SeededRandom): () => number {
  return () => (2 * random() - 1) * limit
}

/** Box and Muller's normal numbers; those further out than two standard deviations are drawn again. */
function truncatedNormal(std: number, random: SeededRandom): () => number {
  return () => {
    for (;;) {
      const value = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
      if (Math.abs(value) <= 2) return value * std
    }
  }
}
