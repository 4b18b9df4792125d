import { expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { pickRequest } from '../../../../src-renderer/app/picker.ts'
import { useFolderBrowser } from '../../../../src-renderer/features/start/use-folder-browser.ts'

const waiting = vi.hoisted(() => [] as { path: string | undefined; answer: () => void }[])
/** A host whose answers are given by the test. */
vi.mock('../../../../src-renderer/app/client.ts', () => ({
  isBrowserHost: true,
  toGraftError: (error: unknown) => error,
  client: {
    on: () => () => undefined,
    call: (_name: string, { path }: { path?: string }) =>
      new Promise((resolve, reject) => {
        const entries = ['old.csv', 'new.csv'].map((name) => ({ name, path: `/data/${name}`, kind: 'file', sizeBytes: 1 })) // prettier-ignore
        const answer = () => {
          if (path?.endsWith('.csv')) reject(new Error('not a folder'))
          else resolve({ path: '/data', parent: '/', places: [], entries })
        }
        waiting.push({ path, answer })
      }),
  },
}))

async function answered(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    waiting.splice(0).forEach(({ answer }) => answer())
    await new Promise((resolve) => setTimeout(resolve))
  }
}

function opened() {
  pickRequest.value = { kinds: ['file'], title: '', action: '', makes: false, answer: () => undefined }
  return nextTick()
}

it('takes the path that was typed, not the file that was marked the last time, however late the host answers', async () => {
  const browser = effectScope(true).run(() => useFolderBrowser(ref(null)))!
  await opened()
  await answered()
  browser.typed.value = '/data/old.csv'
  void browser.go('/data/old.csv')
  await answered()
  expect(browser.answer.value).toBe('/data/old.csv')

  pickRequest.value = null
  await nextTick()
  await opened()
  // Before the host has shown anything.
  browser.typed.value = '/data/new.csv'
  await nextTick()
  void browser.go('/data/new.csv')
  expect(browser.answer.value).toBe('/data/new.csv')
  await answered()
  expect(browser.answer.value).toBe('/data/new.csv')
  // A row that is marked afterwards counts.
  browser.select(0)
  expect(browser.answer.value).toBe('/data/old.csv')
})

it('writes nothing into the path while the cursor is in it, but what was asked for from there', async () => {
  const browser = effectScope(true).run(() => useFolderBrowser(ref(null)))!
  await opened()
  browser.isTyping.value = true
  await answered()
  // The first folder is shown; a path that is pasted now is not joined with its name.
  expect([browser.listing.value?.path, browser.typed.value]).toEqual(['/data', ''])
  browser.typed.value = '/data/'
  void browser.go('/data/')
  await answered()
  expect(browser.typed.value).toBe('/data')

  // Opened again, the path stands there before the host has answered.
  browser.isTyping.value = false
  pickRequest.value = null
  await nextTick()
  await opened()
  expect(browser.typed.value).toBe('/data')
})
