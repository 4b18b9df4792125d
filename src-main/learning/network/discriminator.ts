import type { Network } from '../../contract/network.ts'
import { networkBuilder } from './network-builder.ts'

export interface DiscriminatorOptions {
  /** Shape of the features that it sees, without the batch axis. Maps are flattened. */
  readonly shape: readonly number[]
  /** Units of each hidden layer. */
  readonly hidden: readonly number[]
  /** Share of each hidden layer that is left out in training. */
  readonly dropout: number
}

/** A domain classifier: dense layers with ReLU and dropout, one logit at the end (the source is 0, the target 1). Without BatchNorm on
 *  purpose: its statistics give the domains away, and it then wins at once (thuml/Transfer-Learning-Library, issue 267). */
export function discriminatorNetwork({ shape, hidden, dropout }: DiscriminatorOptions): Network {
  const net = networkBuilder('discriminator', [...shape])
  net.block('domain', 'Domain classifier')
  if (shape.length > 1) net.add('domain_flatten', 'Flatten')
  for (const [i, units] of hidden.entries()) {
    const name = `domain${i + 1}`
    net.add(name, 'Dense', { units, kernel_initializer: 'he_normal' })
    net.add(`${name}_relu`, 'ReLU')
    if (dropout > 0) net.add(`${name}_dropout`, 'Dropout', { rate: dropout })
  }
  net.add('domain_logit', 'Dense', { units: 1 })
  return net.finish(net.last())
}
