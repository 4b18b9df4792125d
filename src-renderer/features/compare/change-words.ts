import type { FreezeChange } from './freeze-diff.ts'

export const CHANGE_WORD: Readonly<Record<FreezeChange, string>> = {
  both: 'frozen in both',
  'only-a': 'frozen in A only',
  'only-b': 'frozen in B only',
  neither: 'trained in both',
  added: 'only in B’s network',
  removed: 'only in A’s network',
}
