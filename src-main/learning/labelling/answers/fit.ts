import type { Answer } from '../desk.ts'

export const fit: Answer<'fit'> = () => {
  throw new Error('being built')
}
