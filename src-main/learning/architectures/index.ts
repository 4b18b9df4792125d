import type { Architecture } from './architecture.ts'
import { convnextTiny } from './convnext-tiny.ts'
import { efficientnetB0 } from './efficientnet-b0.ts'
import { efficientnetLite0 } from './efficientnet-lite0.ts'
import { efficientnetLite2 } from './efficientnet-lite2.ts'
import { lenet } from './lenet.ts'
import { mlp } from './mlp.ts'
import { mobilenetv2 } from './mobilenetv2.ts'
import { mobilenetv3Large } from './mobilenetv3-large.ts'
import { resnet18 } from './resnet18.ts'
import { resnet34 } from './resnet34.ts'
import { resnet50 } from './resnet50.ts'
import { vitSmall16 } from './vit-small-16.ts'
import { vitTiny16 } from './vit-tiny-16.ts'
import { wideResnet } from './wide-resnet.ts'

/** Architectures that a spec may start from with fresh weights. Adding one: a file and a line here. */
export const ARCHITECTURES: readonly Architecture[] = Object.freeze([
  lenet,
  mlp,
  resnet18,
  wideResnet,
  mobilenetv2,
  vitTiny16,
  vitSmall16,
  convnextTiny,
  resnet34,
  resnet50,
  efficientnetB0,
  mobilenetv3Large,
])

/** Those, and the ones that only shipped base models are made of. */
export const ALL_ARCHITECTURES: readonly Architecture[] = Object.freeze([
  ...ARCHITECTURES,
  efficientnetLite0,
  efficientnetLite2,
])
