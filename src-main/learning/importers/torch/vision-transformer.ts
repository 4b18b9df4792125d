import type { Network } from '../../../contract/network.ts'
import { resizePositions } from '../../weights/resize-positions.ts'
import { unsupported } from '../refusals.ts'
import { attentionOutput, attentionPart, withoutBatch } from './arrange.ts'
import type { Arrange } from './arrange.ts'
import type { StateDict } from './state-dict.ts'
import type { TorchNetwork } from './torch-network.ts'

/** Names of a vision transformer's modules and tensors. */
export interface TransformerNames {
  readonly patches: string
  readonly classToken: string
  readonly positions: string
  block(index: number): string
  /** Inside a block: two norms, attention, and two Linears. */
  readonly norms: readonly [string, string]
  readonly attention: string
  /** Inside attention: the joint weight and bias, and the Linear behind. */
  readonly joint: readonly [weight: string, bias: string]
  readonly output: string
  readonly linears: readonly [string, string]
  readonly norm: string
  readonly classifier: string
}

/** Heads of widths that are not 64 a head. */
const HEADS: Readonly<Record<number, number>> = { 1280: 16, 1408: 16, 1664: 16 }

export interface TransformerSizes {
  readonly width: number
  readonly depth: number
  readonly patch: number
  /** Side of the input that the positions are for. */
  readonly side: number
}

/** Vision transformer (Dosovitskiy et al. 2020, arXiv 2010.11929): patches, class token, positions, blocks, the class token's values. */
export function buildTransformer(torch: TorchNetwork, names: TransformerNames, size: number): Network {
  const sizes = transformerSizes(torch.state, names)
  addPatches(torch, names, sizes, size)
  for (let index = 0; index < sizes.depth; index++) {
    torch.block(names.block(index), `Block ${index}`)
    addAttention(torch, names, names.block(index), sizes.width)
    addLinears(torch, names, names.block(index))
  }
  torch.block('head', 'Head')
  torch.layerNorm(names.norm)
  return torch.classifier(torch.layer('pool', 'SelectToken', { index: 0 }), names.classifier)
}

export function transformerSizes(state: StateDict, names: TransformerNames): TransformerSizes {
  const [width = 1, , patch = 1] = state.get(`${names.patches}.weight`)?.shape ?? []
  const tokens = (state.get(names.positions)?.shape[1] ?? 1) - 1
  let depth = 0
  while (state.has(`${names.block(depth)}.${names.norms[0]}.weight`)) depth++
  return { width, depth, patch, side: Math.round(Math.sqrt(tokens)) * patch }
}

function addPatches(torch: TorchNetwork, names: TransformerNames, sizes: TransformerSizes, size: number): void {
  const { width, patch, side } = sizes
  const [from, to] = [side / patch, size / patch]
  if (!Number.isInteger(to)) {
    throw unsupported(
      `Layer "${names.patches}" cuts the image into patches of ${patch} x ${patch} pixels. An input of ${size} x ${size} pixels has no whole number of them.`,
      `Choose a multiple of ${patch} pixels.`,
    )
  }
  const positions = torch.shape(names.positions, 3)
  if (positions !== null && (positions[1] !== 1 + from ** 2 || positions[2] !== width)) {
    throw unsupported(
      `Layer "${names.positions}" holds positions of [${positions.join(', ')}]: expected those of one class token and a square of patches, ${width} numbers each.`,
      'Export the model as ONNX and import that.',
    )
  }
  torch.block('patches', 'Patches')
  torch.conv(names.patches, { stride: patch })
  torch.layer(`${names.patches}.tokens`, 'Reshape', { target_shape: [to * to, width] })
  torch.layer(names.classToken, 'ClassToken', { tokens: 1 })
  torch.source(`${names.classToken}/token`, names.classToken, withoutBatch)
  torch.layer(names.positions, 'PositionalEmbedding')
  const resized: Arrange = (tensor) => {
    const grids = { prefix: 1, from: [from, from], to: [to, to] } as const
    return { shape: [1 + to * to, width], values: resizePositions(tensor.read(), grids) }
  }
  torch.source(`${names.positions}/embedding`, names.positions, resized)
}

function addAttention(torch: TorchNetwork, names: TransformerNames, block: string, width: number): void {
  const input = torch.last()
  const heads = HEADS[width] ?? Math.max(1, Math.floor(width / 64))
  const attention = `${block}.${names.attention}`
  const [weight, bias] = names.joint.map((name) => `${attention}.${name}`) as [string, string]
  const hasBias = torch.has(bias)
  torch.layerNorm(`${block}.${names.norms[0]}`)
  torch.layer(attention, 'MultiHeadAttention', { num_heads: heads, key_dim: width / heads, use_bias: hasBias })
  for (const [part, name] of ['query', 'key', 'value'].entries()) {
    torch.source(`${attention}/${name}_kernel`, weight, attentionPart(part, heads))
    if (hasBias) torch.source(`${attention}/${name}_bias`, bias, attentionPart(part, heads))
  }
  torch.source(`${attention}/attention_output_kernel`, `${attention}.${names.output}.weight`, attentionOutput(heads))
  if (hasBias) torch.source(`${attention}/attention_output_bias`, `${attention}.${names.output}.bias`)
  addResidual(torch, block, 1, input)
}

function addLinears(torch: TorchNetwork, names: TransformerNames, block: string): void {
  const input = torch.last()
  torch.layerNorm(`${block}.${names.norms[1]}`)
  torch.linear(`${block}.${names.linears[0]}`)
  torch.activation(`${block}.mlp.act`, 'gelu')
  torch.linear(`${block}.${names.linears[1]}`)
  addResidual(torch, block, 2, input)
}

/** Scaled first where the file has a scale, as DINOv2's. */
function addResidual(torch: TorchNetwork, block: string, number: 1 | 2, input: string): void {
  const scale = `${block}.ls${number}`
  const main = torch.has(`${scale}.gamma`) ? torch.layerScale(scale, `${scale}.gamma`) : torch.last()
  torch.add(`${block}.add${number}`, [main, input])
}
