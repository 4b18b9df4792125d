import { countOf, drawRows, type Features, momentsOf, pickFeatures, standardise } from './features.ts'
import { svmError, trainLinearSvm } from './linear-svm.ts'

export interface ProxyADistance {
  /** 2 (1 - 2 error), not below 0: 0 cannot be told apart, 2 told apart without a mistake. */
  readonly distance: number
  /** Before it was raised to 0: a classifier that does worse than chance on the held-out half. */
  readonly raw: number
  /** Share of held-out samples whose domain the classifier does not tell. */
  readonly error: number
  /** Of `distance`, from the number of held-out samples. */
  readonly standardError: number
  /** Samples used of each domain; the larger one is drawn from. */
  readonly perDomain: number
  readonly cost: number
}

export interface ProxyADistanceOptions {
  readonly seed: number
  /** Samples of each domain at most; default 1000. */
  readonly most?: number
}

/** As in the authors' code (GRAAL-Research/domain_adversarial_neural_network). */
const COSTS = Array.from({ length: 10 }, (_, i) => 10 ** (i - 5))

/** Proxy A-distance d_A = 2 (1 - 2 e): e is the error of a linear support vector machine that tells the two domains apart, on samples
 *  that it has not seen. Ben-David, Blitzer, Crammer, Pereira, NIPS 2006; section 5.1.4 of Ganin et al., JMLR 17 (2016).
 *  Departs from the authors' code: C is chosen on a part of the training half rather than on the held-out half, which would flatter
 *  the classifier, and an error above 1/2 is not turned around but clipped (`raw` keeps it). Features are standardised by the training
 *  half. Equal numbers of both domains: with unequal ones a constant answer would seem to tell them apart. */
export function proxyADistance(source: Features, target: Features, options: ProxyADistanceOptions): ProxyADistance {
  const { seed, most = 1000 } = options
  const perDomain = Math.min(countOf(source), countOf(target), most)
  if (perDomain < 8) throw new RangeError(`Expected at least 8 samples of each domain. Received: ${perDomain}`)
  const drawn = [source, target].map((features, d) => {
    return pickFeatures(features, drawRows(countOf(features), perDomain, seed, `domain ${d}`))
  }) as [Features, Features]
  const half = Math.floor(perDomain / 2)
  const training = joined(drawn, 0, half)
  const moments = momentsOf(training.features, [...training.sides.keys()])
  const scaled = (part: Part): Part => ({ ...part, features: standardise(part.features, moments) })
  const quarter = Math.floor(half / 2)
  const cost = chooseCost(scaled(joined(drawn, 0, quarter)), scaled(joined(drawn, quarter, half)), seed)
  const fitted = scaled(training)
  const heldOut = scaled(joined(drawn, half, perDomain))
  const error = svmError(trainLinearSvm(fitted.features, fitted.sides, { cost, seed }), heldOut.features, heldOut.sides)
  const raw = 2 * (1 - 2 * error)
  const standardError = 4 * Math.sqrt(Math.max(error * (1 - error), 0) / heldOut.sides.length)
  return { distance: Math.max(0, raw), raw, error, standardError, perDomain, cost }
}

interface Part {
  readonly features: Features
  readonly sides: Int8Array
}

/** Rows from `start` to `end` of both domains, the source first. */
function joined(domains: readonly [Features, Features], start: number, end: number): Part {
  const { length } = domains[0]
  const values = new Float32Array(2 * (end - start) * length)
  for (const [d, features] of domains.entries()) {
    values.set(features.values.subarray(start * length, end * length), d * (end - start) * length)
  }
  const sides = Int8Array.from({ length: 2 * (end - start) }, (_, i) => (i < end - start ? -1 : 1))
  return { features: { values, length }, sides }
}

/** The smallest C of the best error. */
function chooseCost(training: Part, held: Part, seed: number): number {
  let best = { cost: COSTS[0]!, error: Infinity }
  let start: Float64Array | undefined
  for (const cost of COSTS) {
    const svm = trainLinearSvm(training.features, training.sides, { cost, seed, ...(start && { start }) })
    start = svm.duals
    const error = svmError(svm, held.features, held.sides)
    if (error < best.error) best = { cost, error }
    if (error === 0) break
  }
  return best.cost
}
