import { buildTransformer, transformerSizes } from '../vision-transformer.ts'
import type { TransformerNames } from '../vision-transformer.ts'
import { IMAGENET } from './family.ts'
import type { Hints, TorchFamily } from './family.ts'

const NAMES: TransformerNames = {
  patches: 'patch_embed.proj',
  classToken: 'cls_token',
  positions: 'pos_embed',
  block: (index) => `blocks.${index}`,
  norms: ['norm1', 'norm2'],
  attention: 'attn',
  joint: ['qkv.weight', 'qkv.bias'],
  output: 'proj',
  linears: ['mlp.fc1', 'mlp.fc2'],
  norm: 'norm',
  classifier: 'head',
}

const SIZES: Readonly<Record<number, string>> = { 192: 'tiny', 384: 'small', 768: 'base', 1024: 'large' }

/** ViT and DeiT of timm and their authors, and DINOv2, whose blocks scale what they add. */
export const vitTimm: TorchFamily = {
  label: 'ViT and DeiT Tiny to Large, DINOv2 (timm)',
  names: /^(vit|deit3?)_(tiny|small|base|large)_|^dinov2_/,
  matches: (state) =>
    state.has('cls_token') && state.has('patch_embed.proj.weight') && state.has('blocks.0.attn.qkv.weight'),
  variant(state, hints) {
    const { width, patch, side } = transformerSizes(state, NAMES)
    const isDino = state.has('mask_token') || (patch === 14 && state.has('blocks.0.ls1.gamma'))
    const name = `vit_${SIZES[width] ?? 'other'}_patch${patch}_${isDino ? 'dinov2' : side}`
    return { name: deitName(hints) ?? name, size: side, pixels: isDino || deitName(hints) !== null ? IMAGENET : null }
  },
  build(torch, variant) {
    if (torch.has('mask_token')) {
      torch.ignore('mask_token')
      torch.problems.push('The token of masked patches (mask_token) was left out: it serves pre-training alone.')
    }
    return buildTransformer(torch, NAMES, variant.size)
  },
}

/** Tensors and layers are ViT's; the pixels are prepared in another way. */
const deitName = ({ architecture }: Hints): string | null =>
  architecture?.startsWith('deit') === true ? architecture : null
