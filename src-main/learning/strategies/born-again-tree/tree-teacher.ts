import { GraftError } from '../../../contract/errors.ts'
import type { Network, Preprocessing } from '../../../contract/network.ts'
import type { Manifest } from '../../../contract/trainer.ts'
import { createInference } from '../../engine/model/inference.ts'
import { classPlaces } from '../../bases/class-places.ts'
import type { WeightValues } from '../../weights/weight-values.ts'
import type { Runtime } from '../../runtime.ts'
import { softmaxRow } from '../../../base/softmax.ts'

/** One network that labels manufactured rows. */
export interface TeacherPart {
  readonly network: Network
  readonly weights: WeightValues
  /** The layer whose outputs the rows are; null: they are its inputs. */
  readonly from: string | null
  readonly shape: readonly number[]
  /** Its output's place, and for each class of the run the class of that output. */
  readonly output: number
  readonly classes: readonly number[]
  /** Coordinates of the run's rows as this network takes them. */
  readonly toInput: (x: Float32Array) => Float32Array
}

/** Labels rows that no dataset has. */
export interface TreeTeacher {
  /** Mean of the parts' probabilities, (n * classes). */
  probabilities(x: Float32Array): Float32Array
  dispose(): void
}

const BATCH = 512

/** Compiles the parts once. Rows go through in batches of one size. */
export function createTreeTeacher(runtime: Runtime, parts: readonly TeacherPart[], width: number): TreeTeacher {
  const classes = parts[0]!.classes.length
  const running = parts.map((part) => {
    const { network, weights, from, shape } = part
    const samples = { shape, layer: from, storage: 'float32', normalisation: null } as const
    return { part, inference: createInference(runtime, { network, weights, samples, precision: 'float32' }) }
  })
  const addBatch = (x: Float32Array, into: Float32Array) => {
    for (const { part, inference } of running) {
      const filled = new Float32Array(BATCH * width)
      filled.set(x)
      const logits = inference.run(part.toInput(filled))[part.output]!
      addProbabilities(logits, part, into, 1 / running.length)
    }
  }
  return {
    probabilities(x) {
      const count = x.length / width
      const all = new Float32Array(count * classes)
      for (let at = 0; at < count; at += BATCH) {
        const end = Math.min(count, at + BATCH)
        addBatch(x.subarray(at * width, end * width), all.subarray(at * classes, end * classes))
      }
      return all
    },
    dispose: () => running.forEach(({ inference }) => inference.dispose()),
  }
}

/** Adds a share of the softmax over a network's own classes, sorted into those of the run. */
function addProbabilities(logits: Float32Array, { classes }: TeacherPart, into: Float32Array, share: number): void {
  const own = logits.length / BATCH
  const p = new Float64Array(own)
  for (let i = 0; i < into.length / classes.length; i++) {
    softmaxRow(logits, i * own, p)
    classes.forEach((c, k) => (into[i * classes.length + k]! += share * p[c]!))
  }
}

/** Class of the highest probability per row. */
export function topClasses(probabilities: Float32Array, classes: number): Int32Array {
  return Int32Array.from({ length: probabilities.length / classes }, (_, i) => {
    let best = 0
    for (let c = 1; c < classes; c++) {
      if (probabilities[i * classes + c]! > probabilities[i * classes + best]!) best = c
    }
    return best
  })
}

type Heads = Manifest['heads']

/** Which output of a model has all of the given classes, and where each of them stands in it; null: none has. */
export function findClasses(heads: Heads, wanted: readonly string[]): { output: number; classes: number[] } | null {
  for (const [output, head] of heads.entries()) {
    const classes = classPlaces(head.classes, wanted)
    if (head.type === 'classification' && classes !== null) return { output, classes }
  }
  return null
}

type Table = Extract<Preprocessing, { kind: 'table' }>

/** Turns rows as one table preprocessing makes them into rows as another one does: other means and spreads, other orders of columns and
 *  categories. Null: a column or category is missing. */
export function convertTable(from: Table, to: Table): ((x: Float32Array) => Float32Array) | null {
  const places = coordinatesOf(from)
  const steps = coordinatesOf(to).map((wanted) => {
    const place = places.findIndex(({ key }) => key === wanted.key)
    const own = places[place]
    return own === undefined
      ? null
      : { place, scale: own.std / wanted.std, shift: (own.mean - wanted.mean) / wanted.std }
  })
  if (steps.some((step) => step === null)) return null
  const known = steps as { place: number; scale: number; shift: number }[]
  return (x) => {
    const count = x.length / places.length
    const out = new Float32Array(count * known.length)
    for (let i = 0; i < count; i++) {
      known.forEach(({ place, scale, shift }, k) => {
        out[i * known.length + k] = x[i * places.length + place]! * scale + shift
      })
    }
    return out
  }
}

function coordinatesOf({ columns }: Table): { key: string; mean: number; std: number }[] {
  return columns.flatMap((column) =>
    column.type === 'numeric'
      ? [{ key: JSON.stringify([column.name]), mean: column.mean, std: column.std > 0 ? column.std : 1 }]
      : column.categories.map((category) => ({ key: JSON.stringify([column.name, category]), mean: 0, std: 1 })),
  )
}

export function teacherUnfit(title: string, expected: string, fix: string): GraftError {
  return new GraftError('E_RUN_SPEC', `Expected the teacher "${title}" to ${expected}.`, { fix })
}
