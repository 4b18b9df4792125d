import { resnet } from './resnet.ts'

export const resnet50 = resnet({
  type: 'resnet50',
  label: 'ResNet-50',
  help: 'Sixteen residual blocks with bottlenecks, 24 million parameters: the network that others are compared with.',
  blocks: [3, 4, 6, 3],
  isBottleneck: true,
})
