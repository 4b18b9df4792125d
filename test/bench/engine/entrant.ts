import { PrefixPrecision } from '../../../src-main/contract/prefix-precision.ts'
import type { ContenderName } from './contender.ts'

/** Who is measured in a row: a contender, or a contender in another precision than the row's own (`torch-bfloat16`). */
export type EntrantId = ContenderName | `${ContenderName}-${PrefixPrecision}`

export interface Entrant {
  readonly name: ContenderName
  /** null: the row's own. */
  readonly precision: PrefixPrecision | null
}

export function entrantOf(id: EntrantId): Entrant {
  const [name, precision] = id.split('-') as [ContenderName, string | undefined]
  return { name, precision: precision === undefined ? null : PrefixPrecision.parse(precision) }
}

/** The programs of others, which need their Python. */
export function isPeer(name: ContenderName): name is 'keras' | 'torch' | 'onnx' {
  return name === 'keras' || name === 'torch' || name === 'onnx'
}
