import type { Answer } from '../labeller-context.ts'
import { pace } from '../pace.ts'
import { cosine } from '../pairs/cosine-blocks.ts'
import { hashPairs } from '../pairs/hash-pairs.ts'
import { linkGroups } from '../pairs/link-groups.ts'
import { nearPairs } from '../pairs/near-pairs.ts'
import { pictureFacts } from '../pictures/picture-facts.ts'

/** Groups of rows that hang together by links: features at least so similar, or hashes of the pictures at most so many bits apart. A group's
 *  similarity is the cosine of its weakest link, of whichever kind. */
export const duplicates: Answer<'duplicates'> = async (context, { similarity, perceptual }) => {
  const { features, tf } = context
  // Links by hash may be of any cosine.
  const links = linkGroups(features.rows, perceptual === null ? similarity : 0)
  await nearPairs(tf, features, similarity, links.add, pace(context, 'pairs', features.rows))
  if (perceptual !== null) {
    const { hashes } = await pictureFacts(context)
    const add = (a: number, b: number): void => links.add(a, b, Math.max(0, cosine(features, a, b)))
    await hashPairs(hashes, perceptual, add, pace(context, 'hashes', features.rows))
  }
  return { kind: 'duplicates', groups: links.groups() }
}
