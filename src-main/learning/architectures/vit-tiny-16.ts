import { vitArchitecture } from './vision-transformer.ts'

/** ViT-Ti/16. Touvron et al., ICML 2021, arXiv 2012.12877, table 1 (DeiT-Ti without distillation). */
export const vitTiny16 = vitArchitecture({
  type: 'vit-tiny-16',
  label: 'ViT-Tiny/16',
  help: 'A small vision transformer; it learns little from few images, so load trained weights into it, or distil into it.',
  width: 192,
  heads: 3,
})
