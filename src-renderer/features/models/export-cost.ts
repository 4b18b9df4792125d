import type { ExportRecord } from '@contract/models.ts'
import { programSentences } from '@contract/proof-words.ts'
import { formatBytes, formatTime } from '../../ui/format.ts'

/** Of one number of the weights. */
const BYTES: Readonly<Record<string, number>> = { float32: 4, float16: 2, dynamic: 1, int8: 1 }

interface Asked {
  readonly format: string
  readonly options: Readonly<Record<string, unknown>>
  /** Of the model. */
  readonly parameters: number
}

/** What an export will cost, before it is made: its size by its weights, and what the newest export of the same model in the same form has shown. */
export function costSentences({ format, options, parameters }: Asked, made: readonly ExportRecord[]): string[] {
  const weights = String(options['weights'] ?? 'float32')
  const bytes = (BYTES[weights] ?? 4) * parameters
  const size = `About ${formatBytes(bytes)} of weights${weights === 'float32' ? '' : `, in float32 ${formatBytes(4 * parameters)}`}.`
  const alike = made.find((one) => one.format === format && one.options['weights'] === weights)
  if (alike?.proof.program === undefined) {
    return weights === 'float32'
      ? [size]
      : [size, 'What its answers lose is measured on up to 128 items when it is made.']
  }
  return [size, `The last one, of ${formatTime(alike.createdAt)}:`, ...programSentences(alike.proof.program)]
}
