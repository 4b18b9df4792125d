import { cohenKappa, oneAgainstRest } from '../../base/statistics/cohen-kappa.ts'
import { wilson } from '../../base/statistics/wilson.ts'
import type { Agreement } from '../../contract/opinions.ts'
import type { NamedItem, NamedOpinion } from './opinion-view.ts'

export interface BothLabelled extends NamedItem {
  readonly first: string
  readonly second: string
}

/** Items that have a first and a second label whose classes are there still, in the order of the draw. */
export function bothLabelled({ items }: NamedOpinion): BothLabelled[] {
  return items.filter((item): item is BothLabelled => item.first !== null && item.second !== null)
}

export function agreementOf(opinion: NamedOpinion): Agreement {
  const items = bothLabelled(opinion)
  const used = new Set(items.flatMap(({ first, second }) => [first, second]))
  const names = (opinion.column?.classes ?? []).filter((name) => used.has(name))
  const confusion = names.map(() => names.map(() => 0))
  for (const { first, second } of items) confusion[names.indexOf(first)]![names.indexOf(second)]! += 1
  const agreed = items.filter(({ first, second }) => first === second).length
  const interval = wilson(agreed, items.length)
  const disagreements = items.filter(({ first, second }) => first !== second)
  return {
    opinionId: opinion.row.id,
    name: opinion.row.name,
    column: opinion.column?.name ?? opinion.row.columnName,
    items: items.length,
    agreed,
    agreement: interval === null ? null : { share: agreed / items.length, ...interval },
    kappa: cohenKappa(confusion),
    classes: names.map((name, index) => classAgreement(name, oneAgainstRest(confusion, index))),
    confusion,
    disagreements: disagreements.length,
    decided: disagreements.filter(({ decision }) => decision !== null).length,
  }
}

function classAgreement(name: string, table: number[][]): Agreement['classes'][number] {
  const [[both = 0, onlyFirst = 0] = [], [onlySecond = 0] = []] = table
  return { name, first: both + onlyFirst, second: both + onlySecond, both, kappa: cohenKappa(table) }
}
