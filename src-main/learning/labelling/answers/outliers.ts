import type { Answer } from '../desk.ts'

export const outliers: Answer<'outliers'> = () => {
  throw new Error('being built')
}
