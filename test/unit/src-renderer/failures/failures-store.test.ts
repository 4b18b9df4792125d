import { join } from 'node:path'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import type { useSaidInPlace } from '../../../../src-renderer/features/failures/use-said-in-place.ts'
import type { useFailures } from '../../../../src-renderer/features/failures/failures-store.ts'
import { testWorkbench, type TestWorkbench } from '../../../support/test-workbench.ts'

/** The window's stores on a real workbench, over the bridge that Electron's preload puts on the page. */
let test: TestWorkbench
let failures: ReturnType<typeof useFailures>
let saidInPlace: typeof useSaidInPlace

beforeEach(async () => {
  test = testWorkbench()
  await openWindow()
  await test.call('workspace.open', { source: join(test.folder, 'ws'), create: true })
  test.trainer.script('import', (child) => child.exit(1))
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await test.close()
})

/** A window that was just opened, or reloaded. */
async function openWindow(): Promise<void> {
  vi.resetModules()
  const workbench = {
    call: (name: string, input: unknown) => test.raw(name, input),
    on: (name: string, listener: (payload: unknown) => void) =>
      test.workbench.subscribe((told, payload) => told === name && listener(payload)),
    pathForFile: () => Promise.reject(new Error('no file is dropped here')),
  }
  vi.stubGlobal('window', { workbench, setTimeout })
  setActivePinia(createPinia())
  const store = await import('../../../../src-renderer/features/failures/failures-store.ts')
  const part = await import('../../../../src-renderer/features/failures/use-said-in-place.ts')
  failures = store.useFailures()
  saidInPlace = part.useSaidInPlace
  await failures.load()
}

async function failedImport(name: string): Promise<string> {
  const { jobId } = await test.call('datasets.import', { source: test.folder, options: { name } })
  await test.when('jobs.changed', (job) => job.id === jobId && job.status === 'failed')
  await expect.poll(titles).toContain(`Import ${name}`)
  return `job:${jobId}`
}
const titles = (): string[] => failures.shown.map((failure) => failure.title)

describe('the window’s failures', () => {
  it('come as they happen, newest first, and are there after a reload', async () => {
    await failedImport('first')
    await failedImport('second')
    expect(titles()).toEqual(['Import second', 'Import first'])
    await openWindow()
    expect(titles()).toEqual(['Import second', 'Import first'])
  })

  it('do not come back once they are dismissed, in no window', async () => {
    const id = await failedImport('first')
    await failedImport('second')
    const done = failures.dismiss([id])
    // At once: the user shall not wait for the workbench.
    expect(titles()).toEqual(['Import second'])
    await done
    await openWindow()
    expect([titles(), failures.total]).toEqual([['Import second'], 1])
  })

  it('go when another window dismisses them, and when the workspace is another one', async () => {
    await failedImport('first')
    await failedImport('second')
    await test.call('failures.dismiss', { ids: [failures.list[0]?.id ?? ''] })
    await expect.poll(titles).toEqual(['Import first'])
    await test.call('workspace.open', { source: join(test.folder, 'other'), create: true })
    await expect.poll(titles).toEqual([])
    await test.call('workspace.open', { source: join(test.folder, 'ws') })
    await expect.poll(titles).toEqual(['Import first'])
  })

  it('are tried again; while that runs there is none', async () => {
    await failedImport('toy')
    const [failure] = failures.list
    test.trainer.script('import', async (child) => {
      if ((await child.nextControl()) === 'cancel') child.exit()
    })
    const job = failure === undefined ? null : await failures.retry(failure)
    expect(job).toMatchObject({ title: 'Import toy', status: 'running' })
    await expect.poll(titles).toEqual([])
  })

  it('that a part of the screen says itself are left out there, and are back when it goes', async () => {
    const id = await failedImport('first')
    await failedImport('second')
    const said = ref<string | null>(null)
    const screen = effectScope()
    screen.run(() => saidInPlace(() => said.value))
    const twice = failures.sayInPlace(id)
    said.value = id
    await nextTick()
    expect(titles()).toEqual(['Import second'])
    twice()
    expect(titles()).toEqual(['Import second'])
    screen.stop()
    expect(titles()).toEqual(['Import second', 'Import first'])
  })
})
