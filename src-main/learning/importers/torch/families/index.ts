import { convnext } from './convnext.ts'
import { densenet } from './densenet.ts'
import { efficientnetPytorch } from './efficientnet-pytorch.ts'
import { efficientnetTimm } from './efficientnet-timm.ts'
import { efficientnetTorchvision } from './efficientnet-torchvision.ts'
import type { TorchFamily } from './family.ts'
import { mobilenetv2 } from './mobilenetv2.ts'
import { mobilenetv3 } from './mobilenetv3.ts'
import { regnet } from './regnet.ts'
import { resnet } from './resnet.ts'
import { vgg } from './vgg.ts'
import { vitTimm } from './vit-timm.ts'
import { vitTorchvision } from './vit-torchvision.ts'

/** Networks whose state dicts are known. Adding one: a file and a line here. */
export const TORCH_FAMILIES: readonly TorchFamily[] = [
  resnet,
  vgg,
  densenet,
  mobilenetv2,
  mobilenetv3,
  efficientnetTorchvision,
  efficientnetTimm,
  efficientnetPytorch,
  regnet,
  convnext,
  vitTorchvision,
  vitTimm,
]
