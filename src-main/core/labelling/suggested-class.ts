import type { HeldFit } from '../session/labelling.ts'

/** Index of the class that is suggested for an item (place: id - 1); -1: none, as where its class was taken away since. */
export function suggestedClass(held: HeldFit, place: number): number {
  const best = held.best[place] ?? -1
  return best < held.classes ? best : -1
}
