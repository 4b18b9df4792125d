import type { Answer } from '../desk.ts'

export const similar: Answer<'similar'> = () => {
  throw new Error('being built')
}
