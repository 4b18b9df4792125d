import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { useCacheEntry } from '../../../base/cache-entries.ts'
import { writeFileAtomic } from '../../../base/disk/write-file-atomic.ts'
import { Calibration } from '../../../contract/precision.ts'
import type { FrozenCalibration } from '../frozen/calibrate.ts'

const CalibrationFile = z.object({
  calibration: Calibration,
  /** By name: base64 of float32 little endian. */
  means: z.record(z.string(), z.string()),
  /** By name: base64 of int8. */
  rounded: z.record(z.string(), z.string()),
})

const FILE = 'calibration.json'
/** Of an entry whose own words are gone. */
const TITLE = 'Ranges of int8'

/** The entry of the cache that what was calibrated is kept in under its key. */
export function calibrationPath(cacheFolder: string, key: string): string {
  return join(cacheFolder, 'calibrations', key)
}

/** What was calibrated before, of an entry of the cache (base/cache-entries.ts), which is noted as used; null: nothing, or no such file any more (it is then
 *  calibrated anew). */
export function readCalibration(folder: string): FrozenCalibration | null {
  try {
    const text = readFileSync(join(folder, FILE), 'utf8')
    useCacheEntry(folder, TITLE).release()
    const { calibration, means, rounded } = CalibrationFile.parse(JSON.parse(text))
    const bytes = arraysByName(rounded, (buffer) => new Int8Array(buffer))
    return { calibration, means: arraysByName(means, (buffer) => new Float32Array(buffer)), rounded: bytes }
  } catch {
    return null
  }
}

/** `title` says in words what it is of. On a full disk nothing of it stays. */
export function writeCalibration(
  folder: string,
  title: string,
  { calibration, means, rounded }: FrozenCalibration,
): void {
  const file = { calibration, means: textByName(means), rounded: textByName(rounded) }
  const use = useCacheEntry(folder, title)
  try {
    writeFileAtomic(join(folder, FILE), JSON.stringify(file satisfies z.infer<typeof CalibrationFile>))
  } finally {
    use.release()
  }
}

function arraysByName<T>(texts: Readonly<Record<string, string>>, made: (buffer: ArrayBuffer) => T): Map<string, T> {
  return new Map(
    Object.entries(texts).map(([name, text]) => [name, made(new Uint8Array(Buffer.from(text, 'base64')).buffer)]),
  )
}

function textByName(arrays: ReadonlyMap<string, Float32Array | Int8Array>): Record<string, string> {
  const entries = [...arrays].map(([name, { buffer, byteOffset, byteLength }]) => {
    return [name, Buffer.from(buffer, byteOffset, byteLength).toString('base64')] as const
  })
  return Object.fromEntries(entries)
}
