/** Blocks per stage and channels of the last one, of EfficientNets whatever their spelling: name and side of the input. Tan and Le 2019,
 *  arXiv 1905.11946; the Lite ones leave the first and the last stage as they are and have no squeeze-and-excite. */
const PLAIN: Readonly<Record<string, readonly [string, number]>> = {
  '1,2,2,3,3,4,1 320': ['efficientnet_b0', 224],
  '2,3,3,4,4,5,2 320': ['efficientnet_b1', 240],
  '2,3,3,4,4,5,2 352': ['efficientnet_b2', 260],
  '2,3,3,5,5,6,2 384': ['efficientnet_b3', 300],
  '2,4,4,6,6,8,2 448': ['efficientnet_b4', 380],
  '3,5,5,7,7,9,3 512': ['efficientnet_b5', 456],
  '3,6,6,8,8,11,3 576': ['efficientnet_b6', 528],
  '4,7,7,10,10,13,4 640': ['efficientnet_b7', 600],
}

const LITE: Readonly<Record<string, readonly [string, number]>> = {
  '1,2,2,3,3,4,1 320': ['efficientnet_lite0', 224],
  '1,3,3,4,4,5,1 320': ['efficientnet_lite1', 240],
  '1,3,3,4,4,5,1 352': ['efficientnet_lite2', 260],
  '1,3,3,5,5,6,1 384': ['efficientnet_lite3', 300],
  '1,4,4,6,6,8,1 448': ['efficientnet_lite4', 380],
}

/** Strides of the seven stages; the stem halves the image before. */
export const EFFICIENTNET_STRIDES = [1, 2, 2, 2, 1, 2, 1] as const

/** Null: none of the published ones. */
export function efficientnetVariant(
  blocks: readonly number[],
  channels: number,
  isLite: boolean,
): { name: string; size: number } | null {
  const found = (isLite ? LITE : PLAIN)[`${blocks.join()} ${channels}`]
  return found === undefined ? null : { name: found[0], size: found[1] }
}
