import type { Answer } from '../desk.ts'

export const suspicious: Answer<'suspicious'> = () => {
  throw new Error('being built')
}
