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

/** Places in a head's output: of the classes that are asked for, else of the most probable one and, where the label is another, of that, too.
 *  Of a number the only one there is. Throws E_EXPLAIN for a class that the head lacks. */
export function explainedUnits(
  head: Head,
  answer: ArrayLike<number>,
  { classes, target }: { classes: readonly string[] | undefined; target: number | null },
): number[] {
  if (head.type === 'regression') return [0]
  if (classes !== undefined) return [...new Set(classes.map((name) => placeOf(head, name)))]
  let best = 0
  for (let place = 1; place < answer.length; place++) if (answer[place]! > answer[best]!) best = place
  return target === null || target === best ? [best] : [best, target]
}

function placeOf({ classes }: Head, name: string): number {
  const found = classes.indexOf(name)
  if (found >= 0) return found
  const near = suggest(name, classes)
  const names = near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There are: ${classes.slice(0, 20).join(', ')}.`
  throw new GraftError('E_EXPLAIN', `Expected a class that the model knows. Received: ${name}.`, { fix: names })
}
