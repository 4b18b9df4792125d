import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ExperimentSpecInput } from '../../../../src-main/contract/spec.ts'
import type { usePrecisionStore } from '../../../../src-renderer/features/precision/precision-store.ts'

const spec: ExperimentSpecInput = {
  dataset: 'birds',
  base: 'net',
  strategy: { type: 'feature-extraction' },
  prefixPrecision: 'int8',
}
const job = (id: string, status: string) => ({ id, kind: 'measure-precision', title: 'Measure', status, error: null })

/** The store over a bridge whose measurements are told to end as a test says. */
let store: ReturnType<typeof usePrecisionStore>
let asked: [string, { spec?: ExperimentSpecInput }][]
let tell: (name: string, payload: unknown) => Promise<void>

beforeEach(async () => {
  vi.resetModules()
  asked = []
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  let started = 0
  const answers: Record<string, () => unknown> = {
    'precision.measure': () => ({ jobId: `j${++started}` }),
    'jobs.get': () => job(`j${started}`, 'running'),
  }
  const workbench = {
    call: (name: string, input: { spec?: ExperimentSpecInput }) => {
      asked.push([name, input])
      return Promise.resolve({ ok: true, value: answers[name]?.() ?? {} })
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
  store = (await import('../../../../src-renderer/features/precision/precision-store.ts')).usePrecisionStore()
})
afterEach(() => vi.unstubAllGlobals())

const started = (): Promise<void> => vi.waitFor(() => expect(store.job).not.toBeNull())

describe('measuring precisions', () => {
  it('asks for all of them, whichever is chosen, and for one measurement at a time', async () => {
    const measured = store.measure(spec)
    await started()
    await store.measure(spec)
    const measurements = asked.filter(([name]) => name === 'precision.measure')
    expect(measurements.map(([, input]) => input.spec?.prefixPrecision)).toEqual([undefined])
    await tell('jobs.changed', job('j1', 'done'))
    await measured
    expect([store.job, store.failureOf(spec)]).toEqual([null, null])
  })

  it('keeps a failure for the spec that was measured, until it is measured again by whomever', async () => {
    const measured = store.measure(spec)
    await started()
    await tell('jobs.changed', job('j1', 'failed'))
    await measured
    expect(store.failureOf({ ...spec, prefixPrecision: 'float32' })?.id).toBe('j1')
    expect(store.failureOf({ ...spec, base: 'other' })).toBeNull()
    await tell('jobs.changed', job('j2', 'running'))
    expect(store.failureOf(spec)).toBeNull()
  })

  it('lets the report be asked for again when it is another one', async () => {
    const before = store.revision
    await tell('precision.changed', {})
    expect(store.revision).toBe(before + 1)
  })
})
