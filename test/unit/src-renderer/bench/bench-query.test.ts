import { join } from 'node:path'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, reactive } from 'vue'
import type { useBenchStore } from '../../../../src-renderer/features/bench/bench-store.ts'
import type { useToasts } from '../../../../src-renderer/stores/toasts.ts'
import { testWorkbench, type TestWorkbench } from '../../../support/test-workbench.ts'

/** The bench's store on a real workbench, with an address that the test writes. */
let test: TestWorkbench
let bench: ReturnType<typeof useBenchStore>
let toasts: ReturnType<typeof useToasts>
const route = reactive<{ name: string; fullPath: string; query: Record<string, string> }>({
  name: 'bench',
  fullPath: '/bench',
  query: {},
})
const scope = effectScope(true)

beforeEach(async () => {
  test = testWorkbench()
  const { path } = await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
  vi.resetModules()
  vi.doMock('vue-router', () => ({
    useRoute: () => route,
    useRouter: () => ({ replace: () => Promise.resolve(Object.assign(route, { fullPath: '/bench', query: {} })) }),
  }))
  const workbench = {
    call: (name: string, input: unknown) => test.raw(name, input),
    on: () => () => undefined,
    pathForFile: () => Promise.reject(new Error('no file is dropped here')),
  }
  vi.stubGlobal('window', { workbench, setTimeout, clearTimeout })
  setActivePinia(createPinia())
  bench = (await import('../../../../src-renderer/features/bench/bench-store.ts')).useBenchStore()
  toasts = (await import('../../../../src-renderer/stores/toasts.ts')).useToasts()
  const { useBenchQuery } = await import('../../../../src-renderer/features/bench/use-bench-query.ts')
  await bench.load(path!)
  scope.run(useBenchQuery)
})
afterEach(async () => {
  scope.stop()
  vi.doUnmock('vue-router')
  vi.unstubAllGlobals()
  await test.close()
})

function follow(query: Record<string, string>): void {
  Object.assign(route, { fullPath: `/bench?${new URLSearchParams(query).toString()}`, query })
}

describe('a link to the bench', () => {
  it('is followed when its dataset is newer than the lists, and says what is not there', async () => {
    const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name: 'toy' } })
    await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'done')
    const [dataset] = await test.call('datasets.list', {})
    expect(bench.datasets).toEqual([])
    follow({ dataset: dataset!.id })
    await expect.poll(() => bench.dataset?.id).toBe(dataset!.id)
    for (const [query, said] of [
      [{ dataset: 'none' }, /dataset of this workspace.*none/],
      [{ base: 'none' }, /model of this workspace.*none/],
      [{ run: 'none' }, /none/],
      [{ run: 'none', patch: '{"epochs":' }, /changes of the link as a JSON object.*\{"epochs":/],
      [{ run: 'none', patch: '[3]' }, /JSON object.*\[3\]/],
    ] as const) {
      await expect.poll(() => route.fullPath).toBe('/bench')
      follow(query)
      await expect.poll(() => toasts.list.at(-1)?.text).toMatch(said)
    }
    expect(bench.dataset?.id).toBe(dataset!.id)
  })
})
