import type { Answer } from '../desk.ts'

export const duplicates: Answer<'duplicates'> = () => {
  throw new Error('being built')
}
