import type { SeededRandom } from '../../../../base/seeded-random.ts'

/** Normal numbers of mean 0. Box and Muller, "A note on the generation of random normal deviates", 1958. */
export function normalNumbers(count: number, std: number, random: SeededRandom): Float32Array {
  const next = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Float32Array.from({ length: count }, () => next() * std)
}
