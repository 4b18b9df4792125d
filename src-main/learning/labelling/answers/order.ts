import type { Answer } from '../desk.ts'

export const order: Answer<'order'> = () => {
  throw new Error('being built')
}
