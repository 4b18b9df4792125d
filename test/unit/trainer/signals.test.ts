import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { CONTROL_C_EXIT } from '../../../src-main/base/end-signals.ts'

const SIGNALS = pathToFileURL(join(import.meta.dirname, '../../../src-main/trainer/signals.ts')).href

/** A process that hears a signal which its parent says nothing of; the system may be said to be another one. */
function heard(signal: string, platform: string = process.platform): { status: number | null; signal: string | null } {
  const program = `
    Object.defineProperty(process, 'platform', { value: ${JSON.stringify(platform)} })
    const { heedSignals } = await import(${JSON.stringify(SIGNALS)})
    heedSignals(() => false, 20)
    process.emit(${JSON.stringify(signal)}, ${JSON.stringify(signal)})
    setTimeout(() => process.exit(7), 5000)`
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
  return { status: ended.status, signal: ended.signal }
}

/** What a parent sees of an exit code: on Windows all of it, elsewhere eight bits. */
const seen = process.platform === 'win32' ? CONTROL_C_EXIT : CONTROL_C_EXIT & 0xff

it.each(['SIGINT', 'SIGHUP', 'SIGBREAK'])(
  'on Windows, which sends none, it ends by %s as Ctrl-C ends a process',
  (signal) => {
    expect(heard(signal, 'win32')).toEqual({ status: seen, signal: null })
  },
)

it.skipIf(process.platform === 'win32')('elsewhere it goes the way of the signal', () => {
  expect(heard('SIGHUP')).toEqual({ status: null, signal: 'SIGHUP' })
})
