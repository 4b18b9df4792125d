import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Workbench } from '../../src-main/core/workbench.ts'
import { createEnding } from '../../src-main/hosts/electron/ending.ts'
import { closeQuestion, watchTraining } from '../../src-main/hosts/electron/work-in-progress.ts'
import { keptLog, theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
const RUNNING = { id: 'r', name: 'birds', status: 'running', epochs: 12, epochsDone: 3 }

interface Answers {
  readonly runs?: object[]
  readonly jobs?: object[]
  readonly close?: () => Promise<void>
}

/** A workbench that runs what it is told to. */
function workbench({
  runs = [],
  jobs = [],
  close = async () => undefined,
}: Answers): Workbench & { events: EventEmitter } {
  const events = new EventEmitter()
  return {
    events,
    dispatch: async (name) => ({ ok: true, value: name === 'runs.list' ? { total: runs.length, runs } : jobs }),
    subscribe: (listener) => {
      events.on('event', listener)
      return () => undefined
    },
    media: () => null,
    close: vi.fn(close),
  }
}

function ending(bench: Workbench) {
  return createEnding({ workbench: bench, log: keptLog(), remember: vi.fn(), leave: vi.fn() })
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 10))

beforeEach(() => {
  electron.app.quit.mockClear()
  electron.app.relaunch.mockClear()
  electron.dialog.showMessageBox.mockReset()
})

describe('the user wants to quit', () => {
  test('and nothing runs: no question', async () => {
    const bench = workbench({ runs: [{ ...RUNNING, status: 'queued' }] })
    ending(bench).request()
    await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalledOnce())
    expect(electron.dialog.showMessageBox).not.toHaveBeenCalled()
    expect(bench.close).toHaveBeenCalledOnce()
  })

  test('and keeps training: nothing happens, and the next time it is asked again', async () => {
    const bench = workbench({ runs: [RUNNING] })
    const end = ending(bench)
    electron.dialog.showMessageBox.mockResolvedValue({ response: 1 })
    end.request()
    end.request()
    await settled()
    expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce()
    expect(end.hasBegun).toBe(false)
    end.request()
    await settled()
    expect(electron.dialog.showMessageBox).toHaveBeenCalledTimes(2)
    expect(bench.close).not.toHaveBeenCalled()
  })

  test('and has the answer taken from them by the system: it ends once', async () => {
    const bench = workbench({ runs: [RUNNING] })
    const end = ending(bench)
    const answer = Promise.withResolvers<{ response: number }>()
    electron.dialog.showMessageBox.mockImplementation(async (options) => {
      const { signal } = options as { signal: AbortSignal }
      signal.addEventListener('abort', () => answer.resolve({ response: 1 }))
      return answer.promise
    })
    end.request()
    await settled()
    end.now('test')
    await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalledOnce())
    await settled()
    expect(bench.close).toHaveBeenCalledOnce()
  })

  test('and the workspace cannot be closed: the app ends all the same', async () => {
    const bench = workbench({ close: () => Promise.reject(new Error('disk full')) })
    ending(bench).request()
    await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalledOnce())
  })
})

test('who starts the app while it ends gets it anew', async () => {
  const closed = Promise.withResolvers<void>()
  const end = ending(workbench({ close: () => closed.promise }))
  end.now('test')
  await settled()
  end.startAgain(['--workspace', '/a'])
  expect(electron.app.quit).not.toHaveBeenCalled()
  closed.resolve()
  await vi.waitFor(() => expect(electron.app.quit).toHaveBeenCalledOnce())
  expect(electron.app.relaunch).toHaveBeenCalledWith({ args: ['--workspace', '/a'] })
})

describe('the question', () => {
  test('says what is done, what waits and what would be lost', () => {
    const question = closeQuestion({ training: RUNNING, queued: 2, jobs: ['Import photos'] }, 'quit')
    expect(question).toMatchObject({ message: '“birds” is training.', buttons: ['Pause and quit', 'Keep training'] })
    expect(question.detail).toMatch(/3 of 12 epochs.*nothing is lost.*2 more runs wait.*dropped: Import photos\./s)
  })

  test('of jobs alone does not speak of training', () => {
    const question = closeQuestion({ training: null, queued: 0, jobs: ['Import a', 'Export b'] }, 'quit')
    expect(question).toMatchObject({
      buttons: ['Quit', 'Go on working'],
      detail: 'Not done yet, and dropped: Import a, Export b.',
    })
  })
})

test('whether a training runs is known without asking', () => {
  const bench = workbench({})
  const isTraining = watchTraining(bench)
  const tell = (runId: string, status: string) =>
    bench.events.emit('event', 'runs.changed', { runId, run: { id: runId, status } })
  expect(isTraining()).toBe(false)
  tell('a', 'running')
  tell('b', 'queued')
  expect(isTraining()).toBe(true)
  tell('a', 'paused')
  expect(isTraining()).toBe(false)
  tell('b', 'running')
  bench.events.emit('event', 'workspace.changed', {})
  expect(isTraining()).toBe(false)
})
