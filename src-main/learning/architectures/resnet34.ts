import { resnet } from './resnet.ts'

export const resnet34 = resnet({
  type: 'resnet34',
  label: 'ResNet-34',
  help: 'Sixteen residual blocks, 21 million parameters: twice as deep as ResNet-18.',
  blocks: [3, 4, 6, 3],
  isBottleneck: false,
})
