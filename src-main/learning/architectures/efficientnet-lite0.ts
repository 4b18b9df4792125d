import { efficientnetLite } from './efficientnet-lite.ts'

/** The network of the smaller shipped base model: 4.7 million parameters with its 1,000 classes. */
export const efficientnetLite0 = efficientnetLite({
  type: 'efficientnet-lite0',
  label: 'EfficientNet-Lite0',
  help: 'The network of the smaller shipped base model.',
  defaultInputSize: 224,
  inputSizes: [96, 128, 160, 192, 224],
  dropout: 0.2,
  blocks: [
    [3, 1, 1, 16],
    [3, 2, 6, 24],
    [3, 1, 6, 24],
    [5, 2, 6, 40],
    [5, 1, 6, 40],
    [3, 2, 6, 80],
    [3, 1, 6, 80],
    [3, 1, 6, 80],
    [5, 1, 6, 112],
    [5, 1, 6, 112],
    [5, 1, 6, 112],
    [5, 2, 6, 192],
    [5, 1, 6, 192],
    [5, 1, 6, 192],
    [5, 1, 6, 192],
    [3, 1, 6, 320],
  ],
})
