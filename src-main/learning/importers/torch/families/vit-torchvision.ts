import { buildTransformer, transformerSizes } from '../vision-transformer.ts'
import type { TransformerNames } from '../vision-transformer.ts'
import { IMAGENET } from './family.ts'
import type { TorchFamily } from './family.ts'

const NAMES: TransformerNames = {
  patches: 'conv_proj',
  classToken: 'class_token',
  positions: 'encoder.pos_embedding',
  block: (index) => `encoder.layers.encoder_layer_${index}`,
  norms: ['ln_1', 'ln_2'],
  attention: 'self_attention',
  joint: ['in_proj_weight', 'in_proj_bias'],
  output: 'out_proj',
  linears: ['mlp.0', 'mlp.3'],
  norm: 'encoder.ln',
  classifier: 'heads.head',
}

const LETTERS: Readonly<Record<number, string>> = { 768: 'b', 1024: 'l', 1280: 'h' }

/** Vision transformers of torchvision. */
export const vitTorchvision: TorchFamily = {
  label: 'ViT B, L and H (torchvision)',
  names: /^vit_[blh]_\d+/,
  matches: (state) => state.has('class_token') && state.has('encoder.pos_embedding'),
  // The Linears of older files.
  renamed: (name) => name.replace('.mlp.linear_1.', '.mlp.0.').replace('.mlp.linear_2.', '.mlp.3.'),
  variant(state) {
    const { width, patch, side } = transformerSizes(state, NAMES)
    const letter = LETTERS[width]
    return { name: letter === undefined ? 'vit' : `vit_${letter}_${patch}`, size: side, pixels: IMAGENET }
  },
  build: (torch, variant) => buildTransformer(torch, NAMES, variant.size),
}
