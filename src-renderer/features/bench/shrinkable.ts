import type { Dataset } from '@contract/datasets.ts'
import type { Preprocessing } from '@contract/network.ts'

/** A picture is shrunk by 2 or more while it is decoded from so many times the wanted size on: twice that size is left (data/shrink-while-decoding.ts). What
 *  libvips decodes needs a whole step more. */
const FROM = 4

/** Whether fast decoding shrinks pictures of this size for such a network. */
export function isShrinkable(picture: Dataset['imageSize'], preprocessing: Preprocessing | null): boolean {
  if (picture === null || preprocessing?.kind !== 'image') return false
  return Math.min(picture.width / preprocessing.width, picture.height / preprocessing.height) >= FROM
}
