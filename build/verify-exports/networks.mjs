export const KIND = { name: 'kind', column: 'kind', type: 'classification', classes: ['ant', 'bee', 'wasp'] }
const SIZE = { name: 'size', column: 'size', type: 'regression', classes: [] }

const image = (size) => ({ kind: 'image', size, channels: 3 })
const grey = (size) => ({ kind: 'image', size, channels: 1 })

/** What is exported, by its name: an architecture with random weights and statistics, or a base model that is shipped, with its own. */
export const NETWORKS = {
  LeNet: { architecture: 'lenet', input: grey(28) },
  'MLP on a table': { architecture: 'mlp', input: { kind: 'table', features: 12 }, options: { hidden: '32,16', batchNorm: true } }, // prettier-ignore
  'two heads': { architecture: 'lenet', input: image(28), heads: [KIND, SIZE] },
  regression: { architecture: 'lenet', input: image(28), heads: [SIZE] },
  'ResNet-18': { architecture: 'resnet18', input: image(96) },
  MobileNetV2: { architecture: 'mobilenetv2', input: image(97) },
  'EfficientNet-Lite0': { base: 'efficientnet-lite0' },
  'EfficientNet-Lite2': { base: 'efficientnet-lite2' },
  'ConvNeXt-Tiny': { architecture: 'convnext-tiny', input: image(96) },
  'ViT-Tiny': { architecture: 'vit-tiny-16', input: image(96) },
}
