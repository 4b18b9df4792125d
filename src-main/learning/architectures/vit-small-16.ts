import { vitArchitecture } from './vision-transformer.ts'

/** ViT-S/16. Touvron et al., ICML 2021, arXiv 2012.12877, table 1 (DeiT-S without distillation). */
export const vitSmall16 = vitArchitecture({
  type: 'vit-small-16',
  label: 'ViT-Small/16',
  help: 'A vision transformer of 22 million parameters, to load trained weights into; from nothing it wants millions of images.',
  width: 384,
  heads: 6,
})
