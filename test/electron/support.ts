import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Log } from '../../src-main/base/ports.ts'
import type { ElectronDouble } from './electron-double.ts'

/** The double that stands in for `electron` in this test file. */
export async function theDouble(): Promise<ElectronDouble> {
  return (await import('electron')) as unknown as ElectronDouble
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'graft-electron-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A log that keeps its lines. */
export function keptLog(): Log & { lines: string[] } {
  const lines: string[] = []
  const keep = (text: string, details?: Record<string, unknown>): void =>
    void lines.push(details ? `${text} ${JSON.stringify(details)}` : text)
  return { lines, info: keep, warn: keep, error: keep }
}
