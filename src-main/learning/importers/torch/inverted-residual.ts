import { addSqueezeExcite } from './squeeze-excite.ts'
import type { SqueezeExcite } from './squeeze-excite.ts'
import type { TorchActivation, TorchNetwork, TorchNormalization } from './torch-network.ts'

/** How a network of inverted residuals pads, normalises and activates. */
export interface ResidualStyle {
  /** TensorFlow's padding, or PyTorch's of half the kernel. */
  readonly isSame: boolean
  readonly norm: TorchNormalization
  readonly activation: TorchActivation
}

/** A convolution and the batch normalisation behind it: names of two modules. */
export type ConvolutionNorm = readonly [convolution: string, norm: string]

export interface InvertedResidual {
  readonly name: string
  /** Null: the depthwise convolution comes first. */
  readonly expand: ConvolutionNorm | null
  readonly depthwise: ConvolutionNorm
  readonly excite: Omit<SqueezeExcite, 'activation' | 'gate'> | null
  readonly project: ConvolutionNorm
  readonly stride: number
}

/** Gates of squeeze-and-excite: EfficientNet's own activation and a sigmoid, MobileNetV3's ReLU and a hard one. */
export type ExciteStyle = Pick<SqueezeExcite, 'activation' | 'gate'>

/** Convolution, batch normalisation and, unless null, activation. */
export function addConvolutionNorm(
  torch: TorchNetwork,
  [convolution, norm]: ConvolutionNorm,
  style: ResidualStyle,
  options: { stride?: number; isLinear?: boolean } = {},
): string {
  const kernel = torch.shape(`${convolution}.weight`, 4)?.[2] ?? 1
  torch.conv(convolution, { stride: options.stride ?? 1, padding: style.isSame ? 'same' : (kernel - 1) / 2 })
  torch.norm(norm, style.norm)
  return options.isLinear === true ? norm : torch.activation(`${norm}.act`, style.activation)
}

/** Expand 1x1, depthwise, squeeze-and-excite, project 1x1; the input is added where shapes allow. Sandler et al. 2018, arXiv 1801.04381. */
export function addInvertedResidual(
  torch: TorchNetwork,
  block: InvertedResidual,
  style: ResidualStyle,
  excite: ExciteStyle,
): void {
  const input = torch.last()
  if (block.expand !== null) addConvolutionNorm(torch, block.expand, style)
  addConvolutionNorm(torch, block.depthwise, style, { stride: block.stride })
  if (block.excite !== null) addSqueezeExcite(torch, `${block.name}.se`, { ...block.excite, ...excite })
  const main = addConvolutionNorm(torch, block.project, style, { isLinear: true })
  addSkip(torch, block, input, main)
}

/** The residual connection, where it has one. */
export function addSkip(
  torch: TorchNetwork,
  { name, stride }: Pick<InvertedResidual, 'name' | 'stride'>,
  input: string,
  main: string,
): void {
  const isSkipped = stride === 1 && torch.channelsOf(input) === torch.channelsOf(main)
  if (isSkipped) torch.add(`${name}.add`, [main, input])
}
