import type { PrefixPrecision } from '../contract/prefix-precision.ts'
import { hasBfloat16, int8Refusal } from './cpu-features.ts'

/** Why this computer does not compute in a precision, as the end of a sentence; null: it can. */
export function cpuRefusal(precision: PrefixPrecision): string | null {
  switch (precision) {
    case 'float32':
      return null
    case 'bfloat16':
      return hasBfloat16() ? null : 'this computer’s CPU does not compute in bfloat16'
    case 'int8':
      return int8Refusal()
  }
}
