import type { LabelValue } from '../contract/datasets.ts'
import { GraftError } from '../contract/errors.ts'
import type { ModelFiles } from '../contract/trainer.ts'
import { suggest } from '../learning/network/suggest.ts'

type Head = ModelFiles['heads'][number]

/** The head that is asked about; the first when none is named. Throws E_EXPLAIN for one that the model lacks. */
export function explainedHead(heads: readonly Head[], name: string | undefined): number {
  if (name === undefined) return 0
  const found = heads.findIndex((head) => head.name === name)
  if (found >= 0) return found
  throw new GraftError('E_EXPLAIN', `Expected a head of the model. Received: ${name}.`, {
    fix: `There is: ${heads.map((head) => head.name).join(', ')}.`,
  })
}

/** Places of what a head says is there: the most probable class, or every tag from its threshold on, the most probable first. */
export function predictedPlaces({ type, thresholds }: Head, answer: ArrayLike<number>): number[] {
  if (type === 'regression') return []
  const places = byProbability(answer)
  return type === 'tags' ? places.filter((place) => answer[place]! >= (thresholds?.[place] ?? 0.5)) : places.slice(0, 1)
}

/** Places in a head's output: of the classes that are asked for, else of what is predicted and, where it is another, of what is labelled, too;
 *  of tags eight at most, and where there is none the most probable one. Of a number the only one there is. Throws E_EXPLAIN for a class that the head lacks. */
export function explainedUnits(head: Head, { classes, answer, predicted, expected }: ExplainedClasses): number[] {
  if (head.type === 'regression') return [0]
  if (classes !== undefined) return [...new Set(classes.map((name) => placeOf(head, name)))]
  // A class that the run did not know has no place.
  const labelled = [expected].flat().flatMap((name) => {
    const place = head.classes.indexOf(String(name))
    return place >= 0 ? [place] : []
  })
  const units = [...new Set([...predicted, ...labelled])].slice(0, MOST)
  return units.length > 0 ? units : byProbability(answer).slice(0, 1)
}

function byProbability(answer: ArrayLike<number>): number[] {
  return Array.from(answer, (_, place) => place).sort((a, b) => answer[b]! - answer[a]!)
}

interface ExplainedClasses {
  readonly classes: readonly string[] | undefined
  readonly answer: ArrayLike<number>
  /** Places. */
  readonly predicted: readonly number[]
  readonly expected: LabelValue
}

/** Maps that are still seen side by side. */
const MOST = 8

function placeOf({ classes }: Head, name: string): number {
  const found = classes.indexOf(name)
  if (found >= 0) return found
  const near = suggest(name, classes)
  const names = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are: ${classes.slice(0, 20).join(', ')}.`
  throw new GraftError('E_EXPLAIN', `Expected a class that the model knows. Received: ${name}.`, { fix: names })
}
