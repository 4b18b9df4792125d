import type { Architecture } from './architecture.ts'
import { efficientnetLite0 } from './efficientnet-lite0.ts'
import { efficientnetLite2 } from './efficientnet-lite2.ts'
import { lenet } from './lenet.ts'
import { mlp } from './mlp.ts'
import { mobilenetv2 } from './mobilenetv2.ts'
import { resnet18 } from './resnet18.ts'
import { wideResnet } from './wide-resnet.ts'

/** Architectures that a spec may start from with fresh weights. Adding one: a file and a line here. */
export const ARCHITECTURES: readonly Architecture[] = Object.freeze([lenet, mlp, resnet18, wideResnet, mobilenetv2])

/** Those, and the ones that only shipped base models are made of. */
export const ALL_ARCHITECTURES: readonly Architecture[] = Object.freeze([
  ...ARCHITECTURES,
  efficientnetLite0,
  efficientnetLite2,
])
