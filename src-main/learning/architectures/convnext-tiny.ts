import { defineArchitecture, inputShapeOf, PHOTOGRAPHS } from './architecture.ts'
import { classifierParams } from './classifier-params.ts'
import { convNext } from './convnext.ts'

/** ConvNeXt-T. Liu et al., CVPR 2022, arXiv 2201.03545, section 3.2. */
export const convnextTiny = defineArchitecture({
  type: 'convnext-tiny',
  label: 'ConvNeXt-Tiny',
  help: 'A convolution network of 28 million parameters built like a transformer, to load trained weights into.',
  ...PHOTOGRAPHS,
  params: classifierParams,
  build: ({ classes }, input) =>
    convNext({
      ...{ name: 'convnext-tiny', shape: inputShapeOf(input), classes },
      ...{ depths: [3, 3, 9, 3], widths: [96, 192, 384, 768] },
    }),
})
