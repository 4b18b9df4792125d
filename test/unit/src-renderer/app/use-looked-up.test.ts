import { describe, expect, it } from 'vitest'
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import { useLookedUp } from '../../../../src-renderer/app/use-looked-up.ts'

/** A list that is as old as its last load. */
function screen(first: readonly string[]) {
  const server = new Set<string>(['old'])
  const list = shallowRef<ReadonlySet<string>>(new Set(server))
  const ids = ref(first)
  let loads = 0
  const load = async (): Promise<void> => {
    loads += 1
    await Promise.resolve()
    list.value = new Set(server)
  }
  const found = effectScope(true).run(() =>
    useLookedUp(() => ids.value, { has: (id) => list.value.has(id), isLoaded: () => true, load }),
  )!
  return { server, ids, list, found, loads: () => loads }
}

async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await nextTick()
}

describe('the target of an address', () => {
  it('that is on the list is not looked up', async () => {
    const { found, loads } = screen(['old'])
    await settled()
    expect([found.isLooking.value, found.missing.value, loads()]).toEqual([false, [], 0])
  })

  it('that is newer than the list is looked up, and is not called missing meanwhile', async () => {
    const { server, ids, found, list } = screen(['old'])
    server.add('new')
    ids.value = ['old', 'new']
    expect([found.isLooking.value, found.missing.value]).toEqual([true, []])
    await settled()
    expect([found.isLooking.value, found.missing.value, list.value.has('new')]).toEqual([false, [], true])
  })

  it('that does not exist is looked up once, and then said', async () => {
    const { found, loads } = screen(['old', 'nowhere'])
    expect(found.isLooking.value).toBe(true)
    await settled()
    expect([found.isLooking.value, found.missing.value, loads()]).toEqual([false, ['nowhere'], 1])
  })

  it('is looked up afresh by the next address that names it', async () => {
    const { server, ids, found, loads } = screen(['later'])
    await settled()
    expect(found.missing.value).toEqual(['later'])
    ids.value = []
    await settled()
    server.add('later')
    ids.value = ['later']
    await settled()
    expect([found.missing.value, loads()]).toEqual([[], 2])
  })
})
