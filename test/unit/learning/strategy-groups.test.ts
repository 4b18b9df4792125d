import { expect, it } from 'vitest'
import { catalog } from '../../../src-main/learning/catalog.ts'

/** The window's own file, which the types of this side do not know. */
const WINDOW = new URL('../../../src-renderer/features/bench/strategy-groups.ts', import.meta.url).pathname

it('every strategy has a group in the window’s list', async () => {
  const { groupTitle } = (await import(/* @vite-ignore */ WINDOW)) as { groupTitle(type: string): string }
  const lost = catalog().strategies.filter((one) => groupTitle(one.type) === 'More')
  expect(lost.map((one) => one.type)).toEqual([])
})
