import type { Network } from '../../contract/network.ts'
import type { Architecture } from './architecture.ts'
import { defineArchitecture, inputShapeOf, PHOTOGRAPHS } from './architecture.ts'
import { classifierParams } from './classifier-params.ts'
import { networkBuilder } from '../network/network-builder.ts'
import type { NetworkBuilder } from '../network/network-builder.ts'

export interface VisionTransformer {
  readonly name: string
  /** [height, width, channels]. */
  readonly shape: readonly number[]
  /** Side of a patch in pixels. */
  readonly patch: number
  /** Features of a token; those of a head are `width / heads`. */
  readonly width: number
  readonly depth: number
  readonly heads: number
  /** Of the classifier; 0: none. */
  readonly classes: number
}

const NORM = { epsilon: 1e-6 }
const INITIAL = { kernel_initializer: 'truncated_normal' }

/** A vision transformer with a class token and learnt positions. Dosovitskiy et al., ICLR 2021, arXiv 2010.11929, figure 1. Layers are named
 *  as in timm, whose weights fit: its `qkv` and `proj` are one MultiHeadAttention. Pixels right and below of the last whole patch are
 *  not seen. */
export function visionTransformer(options: VisionTransformer): Network {
  const { shape, patch, width, depth } = options
  const net = networkBuilder(options.name, [...shape])
  const tokens = Math.floor(shape[0]! / patch) * Math.floor(shape[1]! / patch)
  net.block('patch_embed', 'Patches')
  const size = { kernel_size: [patch, patch], strides: [patch, patch] }
  net.add('patch_embed.proj', 'Conv2D', { filters: width, ...size, ...INITIAL })
  net.add('patch_embed.flatten', 'Reshape', { target_shape: [tokens, width] })
  net.add('cls_token', 'ClassToken')
  net.add('pos_embed', 'PositionalEmbedding')
  for (let index = 0; index < depth; index++) {
    net.block(`blocks.${index}`, `Block ${index}`)
    addBlock(net, `blocks.${index}`, options)
  }
  net.block('norm', 'Norm')
  net.add('norm', 'LayerNormalization', NORM)
  const features = net.add('pool', 'SelectToken')
  if (options.classes === 0) return net.finish(features)
  net.block('head', 'Classifier')
  return net.finish(features, [net.add('head', 'Dense', { units: options.classes, ...INITIAL })])
}

/** x + attention(norm(x)), then x + mlp(norm(x)). */
function addBlock(net: NetworkBuilder, name: string, { width, heads }: VisionTransformer): void {
  const input = net.last()
  net.add(`${name}.norm1`, 'LayerNormalization', NORM)
  const key = { num_heads: heads, key_dim: width / heads }
  const attention = net.add(`${name}.attn`, 'MultiHeadAttention', { ...key, ...INITIAL })
  const middle = net.add(`${name}.add1`, 'Add', {}, [input, attention])
  net.add(`${name}.norm2`, 'LayerNormalization', NORM)
  net.add(`${name}.mlp.fc1`, 'Dense', { units: 4 * width, ...INITIAL })
  net.add(`${name}.mlp.act`, 'Activation', { activation: 'gelu' })
  const mlp = net.add(`${name}.mlp.fc2`, 'Dense', { units: width, ...INITIAL })
  net.add(`${name}.add2`, 'Add', {}, [middle, mlp])
}

/** One size of the family, with patches of 16 pixels. */
export function vitArchitecture(
  row: Pick<Architecture, 'type' | 'label' | 'help'> & Pick<VisionTransformer, 'width' | 'heads'>,
): Architecture {
  const { type, width, heads } = row
  return defineArchitecture({
    type,
    label: row.label,
    help: row.help,
    ...PHOTOGRAPHS,
    params: classifierParams,
    build: ({ classes }, input) =>
      visionTransformer({ name: type, shape: inputShapeOf(input), patch: 16, width, depth: 12, heads, classes }),
  })
}
