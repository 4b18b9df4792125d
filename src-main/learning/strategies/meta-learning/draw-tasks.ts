import { randomInt, seededRandom, type SeededRandom, shuffle } from '../../../base/seeded-random.ts'

/** Numbers of one few-shot task, ready to be fed. */
export interface Task<Rows> {
  readonly support: Rows
  readonly query: Rows
}

/** Rows of a dataset, class by class: the first `shots` are of class 0 of the task, and so on. */
export type ClassTask = Task<readonly number[]>

export interface ClassSplit {
  /** Class indices; no class is in two of them. */
  readonly train: readonly number[]
  readonly validation: readonly number[]
  readonly test: readonly number[]
}

/** Splits classes, not items, by the seed: what is tested was never seen while learning to learn. Each part has at least `way` classes;
 *  beyond that, `testShare` of the classes are for the test and half as many for validation, if there are enough. */
export function splitClasses(
  classes: readonly number[],
  options: { way: number; testShare: number; seed: number },
): ClassSplit {
  const { way, testShare, seed } = options
  const order = shuffle([...classes], seededRandom(seed, 'meta split of classes'))
  const test = Math.max(way, Math.round(order.length * testShare))
  const rest = order.length - test
  const validation =
    rest >= 2 * way ? Math.min(Math.max(way, Math.round((order.length * testShare) / 2)), rest - way) : 0
  return {
    test: order.slice(0, test),
    validation: order.slice(test, test + validation),
    train: order.slice(test + validation),
  }
}

/** Draws a task: `way` classes, and of each some items to adapt to and others to be measured by; no item is in both. */
export function drawClassTask(
  random: SeededRandom,
  rowsOf: ReadonlyMap<number, readonly number[]>,
  options: { classes: readonly number[]; way: number; shots: number; queries: number },
): ClassTask {
  const { way, shots, queries } = options
  const chosen = shuffle([...options.classes], random).slice(0, way)
  const drawn = chosen.map((c) => drawSome(random, rowsOf.get(c)!, shots + queries))
  return {
    support: drawn.flatMap((rows) => rows.slice(0, shots)),
    query: drawn.flatMap((rows) => rows.slice(shots)),
  }
}

/** `count` different values, in the order in which they were drawn (the first steps of Fisher and Yates' shuffle). */
function drawSome(random: SeededRandom, values: readonly number[], count: number): number[] {
  const pool = [...values]
  return Array.from({ length: count }, (_, i) => {
    const at = i + randomInt(random, pool.length - i)
    const value = pool[at]!
    pool[at] = pool[i]!
    return value
  })
}

export interface Sinusoid {
  readonly amplitude: number
  readonly phase: number
}

/** y = A sin(x - p) with A in [0.1, 5] and p in [0, pi]; x in [-5, 5]. Finn et al. 2017, section 5.1; cbfinn/maml, data_generator.py. */
export function drawSinusoid(random: SeededRandom): Sinusoid {
  return { amplitude: 0.1 + 4.9 * random(), phase: Math.PI * random() }
}

export function sinusoidValue({ amplitude, phase }: Sinusoid, x: number): number {
  return amplitude * Math.sin(x - phase)
}

export interface Points {
  readonly x: Float32Array
  readonly y: Float32Array
}

export function drawPoints(random: SeededRandom, sinusoid: Sinusoid, count: number): Points {
  const x = Float32Array.from({ length: count }, () => -5 + 10 * random())
  return { x, y: x.map((value) => sinusoidValue(sinusoid, value)) }
}

/** Evenly over the whole range. */
export function gridPoints(sinusoid: Sinusoid, count: number): Points {
  const x = Float32Array.from({ length: count }, (_, i) => -5 + (10 * i) / (count - 1))
  return { x, y: x.map((value) => sinusoidValue(sinusoid, value)) }
}
