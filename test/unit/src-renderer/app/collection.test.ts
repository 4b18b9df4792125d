import type { Study } from '@contract/studies.ts'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import type { Collection } from '../../../../src-renderer/app/collection.ts'

type Row = Pick<Study, 'id' | 'name' | 'createdAt'>
type Answer = (rows: readonly Row[] | Error) => Promise<void>

/** A collection over a bridge whose replies and events the test sends. */
let rows: Collection<Row>
let requests: Answer[]
let tell: (name: string, payload: unknown) => void
let setConnection: (state: 'online' | 'lost') => void
let scope: ReturnType<typeof effectScope>

const row = (id: string, name = id): Row => ({ id, name, createdAt: `2026-01-0${id.charCodeAt(0) - 96}` })
const changed = (one: Row): void => tell('studies.changed', { studyId: one.id, study: one })
const removed = (id: string): void => tell('studies.changed', { studyId: id, study: null })
const names = (): string => rows.list.value.map((one) => one.name).join()
const opened = (path: string | null): void => tell('workspace.changed', { open: path !== null, path })

async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

async function make(source: { gatherMs?: number; isSilent?: boolean } = {}): Promise<void> {
  const { createCollection } = await import('../../../../src-renderer/app/collection.ts')
  const { client } = await import('../../../../src-renderer/app/client.ts')
  rows = scope.run(() =>
    createCollection<Row, 'studies.changed'>({
      fetch: () => client.call('studies.list', {}),
      idOf: (one) => one.id,
      changed: 'studies.changed',
      ...(source.isSilent ? {} : { told: ({ studyId, study }) => ({ id: studyId, row: study }) }),
      order: (a, b) => (a.createdAt < b.createdAt ? 1 : -1),
      ...(source.gatherMs === undefined ? {} : { gatherMs: source.gatherMs }),
    }),
  )!
}

beforeEach(async () => {
  vi.resetModules()
  vi.useFakeTimers()
  requests = []
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const workbench = {
    call: () =>
      new Promise((resolve) =>
        requests.push(async (answer) => {
          const error = { code: 'E_ACCESS', message: 'not now', fix: 'Try again.' }
          resolve(answer instanceof Error ? { ok: false, error } : { ok: true, value: answer })
          await settled()
        }),
      ),
    on: (name: string, listener: (payload: unknown) => void) => {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener))
      return () => listeners.get(name)?.delete(listener)
    },
  }
  tell = (name, payload) => {
    for (const listener of listeners.get(name) ?? []) listener(payload)
    // Events of one moment are gathered for so long.
    vi.advanceTimersByTime(40)
  }
  vi.stubGlobal('window', { workbench })
  setActivePinia(createPinia())
  scope = effectScope(true)
  ;({ setConnection } = await import('../../../../src-renderer/app/connection.ts'))
  await make()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('a collection', () => {
  it('is fetched on first use, once, and shown in its order', async () => {
    expect([requests.length, rows.loaded.value]).toEqual([0, false])
    const both = [rows.ensureLoaded(), rows.ensureLoaded()]
    expect([requests.length, rows.loading.value]).toEqual([1, true])
    await requests[0]!([row('a'), row('c'), row('b')])
    await Promise.all(both)
    expect([names(), rows.loaded.value, rows.loading.value]).toEqual(['c,b,a', true, false])
    await rows.ensureLoaded()
    expect(requests.length).toBe(1)
  })

  it('takes what events say: new, newer, gone', async () => {
    void rows.load()
    await requests[0]!([row('a'), row('b')])
    changed(row('d'))
    changed(row('a', 'renamed'))
    removed('b')
    expect([names(), requests.length]).toEqual(['d,renamed', 1])
  })

  it('holds what was told before the reply, which is older', async () => {
    void rows.load()
    changed(row('a', 'newer'))
    changed(row('c'))
    removed('b')
    await requests[0]!([row('a', 'older'), row('b')])
    expect(names()).toBe('c,newer')
  })

  it('keeps a row away that a request removed while the rows were fetched', async () => {
    void rows.load()
    rows.drop(['b'])
    await requests[0]!([row('a'), row('b')])
    expect(names()).toBe('a')
  })

  it('counts the newest of two loads, whichever is answered last', async () => {
    const first = rows.load()
    let isDone = false
    void first.then(() => (isDone = true))
    void rows.load()
    await requests[0]!([row('a', 'older')])
    expect([names(), isDone]).toEqual(['', false])
    await requests[1]!([row('a', 'newer')])
    expect([names(), isDone]).toEqual(['newer', true])
  })

  it('takes a reply, unless an event has overtaken it', async () => {
    void rows.load()
    await requests[0]!([row('a')])
    const taken = rows.take('a', () => Promise.resolve(row('a', 'reply')))
    await taken
    expect(names()).toBe('reply')
    let answer: (one: Row) => void = () => undefined
    const slow = rows.take('a', () => new Promise((resolve) => (answer = resolve)))
    changed(row('a', 'event'))
    answer(row('a', 'old reply'))
    await slow
    expect(names()).toBe('event')
  })

  it('looks an id up afresh before it says that it is not there', async () => {
    void rows.load()
    await requests[0]!([row('a')])
    expect(await rows.find('a')).toEqual(row('a'))
    const found = rows.find('b')
    await requests[1]!([row('a'), row('b')])
    expect(await found).toEqual(row('b'))
    const missing = rows.find('z')
    await requests[2]!([row('a')])
    expect([await missing, requests.length]).toEqual([null, 3])
  })

  it('is fetched again after a lost connection and in another workspace, if it is in use', async () => {
    setConnection('lost')
    setConnection('online')
    opened('/one')
    const asked = requests.length
    void rows.load()
    await requests[asked]!([row('a')])
    setConnection('lost')
    setConnection('online')
    expect(rows.loading.value).toBe(true)
    await requests.at(-1)!([row('b')])
    expect(names()).toBe('b')
    opened('/two')
    expect([names(), rows.loaded.value, rows.loading.value]).toEqual(['', false, true])
    await requests.at(-1)!([row('c')])
    expect(names()).toBe('c')
    opened(null)
    expect([names(), rows.loaded.value, rows.loading.value]).toEqual(['', false, false])
  })

  it('leaves out what belongs to the workspace before', async () => {
    opened('/one')
    void rows.load()
    const late = rows.take('b', () => new Promise((resolve) => setTimeout(() => resolve(row('b')), 100)))
    const [old] = requests.slice(-1)
    opened('/two')
    await requests.at(-1)!([row('c')])
    await old!([row('a')])
    vi.advanceTimersByTime(100)
    await late
    expect(names()).toBe('c')
  })

  it('says what failed, keeps its rows, and is asked for again', async () => {
    void rows.load()
    await requests[0]!([row('a')])
    void rows.load()
    await requests[1]!(new Error('no'))
    expect([names(), rows.error.value?.message, rows.loading.value]).toEqual(['a', 'not now', false])
    void rows.ensureLoaded()
    await requests[2]!([row('b')])
    expect([names(), rows.error.value]).toEqual(['b', null])
  })

  it('is fetched again by an event that does not say which row it is about, once it is in use', async () => {
    scope.stop()
    scope = effectScope(true)
    await make({ isSilent: true })
    tell('studies.changed', {})
    expect(requests.length).toBe(0)
    void rows.load()
    await requests[0]!([row('a')])
    tell('studies.changed', {})
    await requests[1]!([row('b')])
    expect(names()).toBe('b')
  })

  it('shows the first change of a burst at once and the others together', async () => {
    scope.stop()
    scope = effectScope(true)
    await make({ gatherMs: 120 })
    void rows.load()
    await requests[0]!([])
    const seen: string[] = []
    rows.onChange((id, before, after) => seen.push(`${id}:${before?.name ?? '-'}>${after?.name ?? '-'}`))
    changed(row('a'))
    changed(row('a', 'two'))
    changed(row('b'))
    expect([names(), seen]).toEqual(['a', ['a:->a']])
    vi.advanceTimersByTime(120)
    expect([names(), seen.slice(1)]).toEqual(['b,two', ['a:a>two', 'b:->b']])
  })
})
