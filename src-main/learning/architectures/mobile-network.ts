import type { Architecture, ArchitectureInput } from './architecture.ts'
import { defineArchitecture, inputShapeOf, PHOTOGRAPHS } from './architecture.ts'
import { classifierParams } from './classifier-params.ts'
import type { Network } from '../../contract/network.ts'
import { networkBuilder } from '../network/network-builder.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'
import { addConvolutionNorm } from './padded-convolution.ts'

export type MobileActivation = 'relu' | 'silu' | 'hard_silu'

/** An inverted residual with squeeze-and-excite. */
export interface MobileBlock {
  readonly kernel: number
  readonly stride: number
  /** Channels of its depthwise convolution; null: as many as come in, without the convolution that makes more. */
  readonly expanded: number | null
  readonly filters: number
  /** Channels that the gates are computed from; null: no gates. */
  readonly reduced: number | null
  readonly activation: MobileActivation
}

export interface MobileNetwork {
  readonly stem: { readonly filters: number; readonly activation: MobileActivation }
  readonly stages: readonly (readonly MobileBlock[])[]
  /** Of squeeze-and-excite. */
  readonly excite: { readonly activation: MobileActivation; readonly gate: 'sigmoid' | 'hard_sigmoid' }
  /** Adds what comes behind the blocks of the stages, up to the layer of the features, whose name it gives. */
  addHead(net: NetworkBuilder): string
}

/** A network of seven stages of inverted residuals with gates, its layers named as in timm, whose weights fit. */
export function mobileNetwork(
  row: Pick<Architecture, 'type' | 'label' | 'help'>,
  description: MobileNetwork,
): Architecture {
  return defineArchitecture({
    ...row,
    ...PHOTOGRAPHS,
    params: classifierParams,
    build: ({ classes }, input) => build(row.type, description, input, classes),
  })
}

function build(name: string, description: MobileNetwork, input: ArchitectureInput, classes: number): Network {
  const { stem, stages } = description
  const net = networkBuilder(name, inputShapeOf(input))
  net.block('stem', 'Stem')
  addConvolutionNorm(net, ['conv_stem', 'bn1'], { filters: stem.filters, kernel: 3, stride: 2 })
  addActivation(net, 'bn1.act', stem.activation)
  let channels = stem.filters
  for (const [stage, blocks] of stages.entries()) {
    for (const [index, block] of blocks.entries()) {
      const own = `blocks.${stage}.${index}`
      net.block(own, `Stage ${stage}, block ${index}`)
      addInvertedResidual(net, own, channels, block, description.excite)
      channels = block.filters
    }
  }
  const features = description.addHead(net)
  if (classes === 0) return net.finish(features)
  net.block('classifier', 'Classifier')
  net.add('classifier.dropout', 'Dropout', { rate: 0.2 })
  return net.finish(features, [net.add('classifier', 'Dense', { units: classes })])
}

/** Expand 1x1, depthwise, squeeze and excite, project 1x1; the input is added where shapes allow. Sandler et al. 2018, arXiv 1801.04381,
 *  figure 4, with Hu et al. 2017, arXiv 1709.01507. */
function addInvertedResidual(
  net: NetworkBuilder,
  name: string,
  channels: number,
  { kernel, stride, expanded, filters, reduced, activation }: MobileBlock,
  excite: MobileNetwork['excite'],
): void {
  const input = net.last()
  const number = expanded === null ? 1 : 2
  if (expanded !== null) {
    addConvolutionNorm(net, [`${name}.conv_pw`, `${name}.bn1`], { filters: expanded, kernel: 1 })
    addActivation(net, `${name}.bn1.act`, activation)
  }
  addConvolutionNorm(net, [`${name}.conv_dw`, `${name}.bn${number}`], { filters: null, kernel, stride })
  addActivation(net, `${name}.bn${number}.act`, activation)
  if (reduced !== null) addGates(net, `${name}.se`, { reduced, channels: expanded ?? channels }, excite)
  const project = `${name}.conv_pw${expanded === null ? '' : 'l'}`
  const main = addConvolutionNorm(net, [project, `${name}.bn${number + 1}`], { filters, kernel: 1 })
  if (stride === 1 && channels === filters) net.add(`${name}.add`, 'Add', {}, [main, input])
}

function addGates(
  net: NetworkBuilder,
  name: string,
  { reduced, channels }: { reduced: number; channels: number },
  { activation, gate }: MobileNetwork['excite'],
): void {
  const input = net.last()
  net.add(`${name}.pool`, 'GlobalAveragePooling2D', { keepdims: true })
  addPointwise(net, `${name}.conv_reduce`, reduced)
  addActivation(net, `${name}.act`, activation)
  addPointwise(net, `${name}.conv_expand`, channels)
  const gates = net.add(`${name}.gate`, 'Activation', { activation: gate })
  net.add(`${name}.scale`, 'Multiply', {}, [input, gates])
}

/** A convolution of 1x1 with a bias. */
export function addPointwise(net: NetworkBuilder, name: string, filters: number): void {
  net.add(name, 'Conv2D', { filters, kernel_size: [1, 1], padding: 'same', kernel_initializer: 'he_normal' })
}

export function addActivation(net: NetworkBuilder, name: string, activation: MobileActivation): void {
  if (activation === 'relu') net.add(name, 'ReLU')
  else net.add(name, 'Activation', { activation })
}
