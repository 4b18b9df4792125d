import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { useAnalyses } from '../../../../src-renderer/features/bench/analyses-store.ts'

interface Stored {
  readonly id: string
  readonly type: string
  readonly createdAt: string
  readonly dataset: { readonly id: string; readonly name: string }
}

/** The store over a bridge that answers from `stored`. */
let analyses: ReturnType<typeof useAnalyses>
let stored: Stored[]
let asked: string[]
let tell: (name: string, payload: unknown) => Promise<void>

const measurement = (id: string, type = 'advisor', dataset = 'd1'): Stored => ({
  id,
  type,
  createdAt: `2026-01-0${id.slice(1)}`,
  dataset: { id: dataset, name: `${dataset} as it was called` },
})

beforeEach(async () => {
  vi.resetModules()
  stored = [measurement('m2'), measurement('m1'), measurement('m3', 'gap')]
  asked = []
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const answers: Record<string, (input: { analysisId: string }) => unknown> = {
    'workspace.state': () => ({ open: true, path: '/one' }),
    'datasets.list': () => [{ id: 'd1', name: 'toy', createdAt: '2026-01-01' }],
    'analyses.list': () => stored,
    'analyses.get': ({ analysisId }) => stored.find((one) => one.id === analysisId),
  }
  const workbench = {
    call: (name: string, input: { analysisId: string }) => {
      asked.push(name)
      const value = answers[name]?.(input)
      const error = { code: 'E_NOT_FOUND', message: 'not there', fix: 'Choose another.' }
      return Promise.resolve(value === undefined ? { ok: false, error } : { ok: true, value })
    },
    on: (name: string, listener: (payload: unknown) => void) => {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener))
      return () => listeners.get(name)?.delete(listener)
    },
  }
  tell = async (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload)
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  vi.stubGlobal('window', { workbench, setTimeout, clearTimeout })
  setActivePinia(createPinia())
  const { useWorkspace } = await import('../../../../src-renderer/stores/workspace.ts')
  analyses = (await import('../../../../src-renderer/features/bench/analyses-store.ts')).useAnalyses()
  await useWorkspace().load()
})
afterEach(() => vi.unstubAllGlobals())

const newest = (type = 'advisor', dataset = 'toy'): string | undefined => analyses.newest(type, dataset)?.id

describe('measurements of the bench', () => {
  it('are found by the dataset’s name and id, the newest of each type, with one list for all', async () => {
    expect(newest()).toBeUndefined()
    await Promise.all([analyses.ensure('advisor', 'toy'), analyses.ensure('gap', 'd1')])
    expect([newest(), newest('advisor', 'd1'), newest('gap'), newest('ranking')]).toEqual(['m2', 'm2', 'm3', undefined])
    await analyses.ensure('advisor', 'toy')
    expect(asked.filter((name) => name.startsWith('analyses.'))).toEqual([
      'analyses.list',
      'analyses.get',
      'analyses.get',
    ])
  })

  it('of a dataset that was removed since are found by the name that it had', async () => {
    stored = [measurement('m4', 'gap', 'gone')]
    await analyses.ensure('gap', 'gone as it was called')
    expect(newest('gap', 'gone as it was called')).toBe('m4')
  })

  it('come from elsewhere by event, and give way to the one before when they are removed', async () => {
    await analyses.ensure('advisor', 'toy')
    stored = [measurement('m5'), ...stored]
    await tell('analyses.changed', { analysisId: 'm5' })
    expect(newest()).toBe('m5')
    stored = stored.slice(1)
    await tell('analyses.changed', { analysisId: 'm5' })
    expect(newest()).toBe('m2')
  })

  it('of another workspace are not shown', async () => {
    await analyses.ensure('advisor', 'toy')
    stored = []
    await tell('workspace.changed', { open: true, path: '/two' })
    expect([newest(), newest('advisor', 'd1')]).toEqual([undefined, undefined])
  })
})
