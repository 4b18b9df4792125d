import type { Answer } from '../desk.ts'

export const quality: Answer<'quality'> = () => {
  throw new Error('being built')
}
