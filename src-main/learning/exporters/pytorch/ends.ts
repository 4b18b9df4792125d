import type { ExportModel } from '../exporter.ts'
import type { Translated } from './translate.ts'

/** Where a head ends. */
export interface End {
  /** The layer whose output is the head's, before its softmax. */
  readonly before: string
  /** The softmax's layer; null: there is none, or something else reads it, too. */
  readonly softmax: string | null
}

/** One a head, in their order. */
export function endsOf({ network, heads }: ExportModel, layers: readonly Translated[]): End[] {
  return network.outputs.map((output, head) => {
    const { layer } = layers.find((each) => each.layer.name === output)!
    const isRead = layers.some((each) => each.layer.inputs.includes(output))
    const isSoftmax = layer.type === 'Activation' && layer.config['activation'] === 'softmax'
    const isOwn = heads[head]?.type === 'classification' && isSoftmax && !isRead
    return isOwn ? { before: layer.inputs[0]!, softmax: output } : { before: output, softmax: null }
  })
}
