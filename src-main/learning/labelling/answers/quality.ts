import type { Answer } from '../desk.ts'
import { pictureFacts } from '../pictures/picture-facts.ts'
import { pictureFaults } from '../pictures/picture-faults.ts'

export const quality: Answer<'quality'> = async (desk) => {
  const { figures } = await pictureFacts(desk)
  return { kind: 'quality', faults: pictureFaults(figures) }
}
