import type { Network } from '../../../contract/network.ts'

/** Why an operation has no step in programs of a frozen part. */
export class FrozenRefusal extends Error {
  override readonly name = 'FrozenRefusal'
  /** Of learning/operations. */
  readonly operation: string
  readonly reason: string

  constructor(operation: string, reason: string) {
    super(`${operation}: ${reason}`)
    this.operation = operation
    this.reason = reason
  }
}

/** A refusal in words that name the layer. */
export function refusalInWords({ operation, reason }: FrozenRefusal, { layers }: Pick<Network, 'layers'>): string {
  const layer = layers
    .filter(({ name }) => name === operation || operation.startsWith(`${name}/`))
    .reduce<Network['layers'][number] | null>((a, b) => (a !== null && a.name.length > b.name.length ? a : b), null)
  return layer === null ? reason : `the layer “${layer.name}” (${layer.type}): ${reason}`
}
