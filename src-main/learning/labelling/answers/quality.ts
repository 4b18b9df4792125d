import type { Answer } from '../labeller-context.ts'
import { pictureFacts } from '../pictures/picture-facts.ts'
import { pictureFaults } from '../pictures/picture-faults.ts'

export const quality: Answer<'quality'> = async (context) => {
  const { figures } = await pictureFacts(context)
  return { kind: 'quality', faults: pictureFaults(figures) }
}
