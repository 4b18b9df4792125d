import type Electron from 'electron'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { expect, inject, test } from 'vitest'
import { writableFolder } from '../support/stage-electron.ts'
import { startTestApp } from './support.ts'

const CHILDREN = 30
/** Without the acknowledgement about every fourth end is lost on a busy machine; on an idle one fewer are. */
const TRIES = 100

/** The trainer's end over the one line on which it was once lost: Electron's utility process (docs/adr/0013-trainer-in-node.md). */
test('the last message arrives when the child waits for its acknowledgement, and is lost when it does not', async () => {
  const path = join(writableFolder(inject('stage'), 'utility'), 'child.cjs')
  const input = join(import.meta.dirname, '../support/utility-child.ts')
  const bundle = await rolldown({ input, platform: 'node', transform: { target: 'node16' } })
  await bundle.write({ file: path, format: 'cjs' })
  const desktop = await startTestApp()
  const ends = (how: 'waits' | 'leaves', most: number) => desktop.app.evaluate(countEnds, { path, how, most })
  const waited = await ends('waits', CHILDREN)
  expect(waited).toEqual({ arrived: CHILDREN, ended: CHILDREN })
  const left = await ends('leaves', TRIES)
  process.stdout.write(
    `last messages that arrived: ${waited.arrived} of ${waited.ended} with acknowledgement, ${left.arrived} of ${left.ended} without\n`,
  )
  expect(left.arrived).toBe(left.ended - 1)
})

/** Runs in the main process: starts one child after the other, until one ends without its last message. */
async function countEnds(
  { utilityProcess }: typeof Electron,
  { path, how, most }: { path: string; how: string; most: number },
): Promise<{ arrived: number; ended: number }> {
  let arrived = 0
  let ended = 0
  while (ended < most && arrived === ended) {
    await new Promise<void>((resolve) => {
      const child = utilityProcess.fork(path, [how], { stdio: 'ignore' })
      child.on('message', (message: { type: string }) => {
        if (message.type !== 'done') return
        arrived += 1
        child.postMessage({ type: 'leave' })
      })
      child.once('spawn', () => child.postMessage({ type: 'start' }))
      child.once('exit', () => resolve())
    })
    ended += 1
  }
  return { arrived, ended }
}
