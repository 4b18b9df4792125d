import { effectScope } from 'vue'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const copied = vi.hoisted(() => ({ finish: [] as ((source: string) => void)[] }))
vi.mock('../../../../src-renderer/app/client.ts', () => ({
  isBrowserHost: false,
  sourceOfFiles: () => new Promise<string>((resolve) => copied.finish.push(resolve)),
}))

const { useDrop } = await import('../../../../src-renderer/app/use-drop.ts')

const scope = effectScope()
beforeEach(() => setActivePinia(createPinia()))
afterEach(() => scope.stop())

function dropOf(...names: string[]): DragEvent {
  const files = names.map((name) => ({ name }))
  const dataTransfer = { files, items: [], types: ['Files'] }
  return { preventDefault: () => undefined, dataTransfer } as unknown as DragEvent
}

it('answers drops in their order, however long each takes', async () => {
  const answers: string[] = []
  const drop = scope.run(() =>
    useDrop(
      ({ label }) => answers.push(label),
      (error) => answers.push((error as Error).message),
    ),
  )!
  drop.handlers.drop(dropOf('slow.csv'))
  drop.handlers.drop(dropOf())
  await vi.waitFor(() => expect(copied.finish).toHaveLength(1))
  expect(answers).toEqual([])
  copied.finish[0]!('upload:1')
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  expect(answers).toEqual(['slow.csv', expect.stringContaining('nothing of that kind was dropped')])
  expect(drop.progress.value).toBeNull()
})
