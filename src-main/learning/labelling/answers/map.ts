import type { Answer } from '../desk.ts'

export const map: Answer<'map'> = () => {
  throw new Error('being built')
}
