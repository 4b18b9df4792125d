import { addConvolution, addDepthwise } from '../network/network-builder.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'

export interface InvertedResidual {
  /** Channels that come in. */
  channels: number
  filters: number
  expansion: number
  kernel: number
  stride: number
  epsilon: number
  momentum: number
}

/** Expand 1x1, depthwise, project 1x1; the input is added where shapes allow. Sandler et al. 2018, arXiv 1801.04381,
 *  figure 4. Layers: `<name>_expand`, `<name>_dw`, `<name>_project` with `_bn` and `_relu`, and `<name>_add`. */
export function addInvertedResidual(net: NetworkBuilder, name: string, options: InvertedResidual): void {
  const { channels, filters, expansion, kernel, stride, epsilon, momentum } = options
  const input = net.last()
  const norm = { epsilon, momentum }
  if (expansion > 1) {
    const wide = { filters: channels * expansion, kernel: 1, activation: 'relu6', ...norm } as const
    addConvolution(net, `${name}_expand`, wide)
  }
  addDepthwise(net, `${name}_dw`, { kernel, stride, activation: 'relu6', ...norm })
  addConvolution(net, `${name}_project`, { filters, kernel: 1, activation: 'none', ...norm })
  if (stride === 1 && channels === filters) net.add(`${name}_add`, 'Add', {}, [net.last(), input])
}
