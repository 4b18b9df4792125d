import { efficientnetLite } from './efficientnet-lite.ts'

/** Lite0 with 1.1 times the width and 1.2 times the depth: 6.1 million parameters with its 1,000 classes. */
export const efficientnetLite2 = efficientnetLite({
  type: 'efficientnet-lite2',
  label: 'EfficientNet-Lite2',
  help: 'The network of the larger shipped base model.',
  defaultInputSize: 260,
  inputSizes: [128, 160, 192, 224, 260],
  dropout: 0.3,
  blocks: [
    [3, 1, 1, 16],
    [3, 2, 6, 24],
    [3, 1, 6, 24],
    [3, 1, 6, 24],
    [5, 2, 6, 48],
    [5, 1, 6, 48],
    [5, 1, 6, 48],
    [3, 2, 6, 88],
    [3, 1, 6, 88],
    [3, 1, 6, 88],
    [3, 1, 6, 88],
    [5, 1, 6, 120],
    [5, 1, 6, 120],
    [5, 1, 6, 120],
    [5, 1, 6, 120],
    [5, 2, 6, 208],
    [5, 1, 6, 208],
    [5, 1, 6, 208],
    [5, 1, 6, 208],
    [5, 1, 6, 208],
    [3, 1, 6, 352],
  ],
})
