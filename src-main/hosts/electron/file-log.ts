import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock, Log } from '../../base/ports.ts'
import { systemError } from '../../base/system-error.ts'

const MAX_BYTES = 5_000_000

/** A desktop app has no terminal: its log is a file, and the one before it. Logging never stops the app. */
export function fileLog(file: string, clock: Clock): Log {
  const write = (level: string, text: string, details?: Record<string, unknown>): void => {
    const line = `${new Date(clock.now()).toISOString()} ${level} ${text}${details ? ` ${JSON.stringify(details)}` : ''}\n`
    try {
      mkdirSync(dirname(file), { recursive: true })
      if (sizeOf(file) > MAX_BYTES) turnOver(file)
      appendFileSync(file, line)
    } catch {
      // A full disk or a read-only home: whoever started the app from a terminal still sees it.
      process.stderr.write(line)
    }
  }
  return {
    info: (text, details) => write('info', text, details),
    warn: (text, details) => write('warn', text, details),
    error: (text, details) => write('error', text, details),
  }
}

/** Where somebody has one of the two open (Windows), the log grows on until they can be renamed. */
function turnOver(file: string): void {
  try {
    renameSync(file, `${file}.1`)
  } catch (error) {
    if (systemError(error) === null) throw error
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
