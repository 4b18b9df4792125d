import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { replace } from '../../../base/disk/replace.ts'
import { Calibration } from '../../../contract/precision.ts'
import type { FrozenCalibration } from '../frozen/calibrate.ts'

const CalibrationFile = z.object({
  calibration: Calibration,
  /** By name: base64 of float32 little endian. */
  means: z.record(z.string(), z.string()),
  /** By name: base64 of int8. */
  rounded: z.record(z.string(), z.string()),
})

/** Where what was calibrated is kept under its key. */
export function calibrationPath(cacheFolder: string, key: string): string {
  return join(cacheFolder, 'calibrations', `${key}.json`)
}

/** What was calibrated before; null: nothing, or no such file any more (it is then calibrated anew). */
export function readCalibration(path: string): FrozenCalibration | null {
  try {
    const { calibration, means, rounded } = CalibrationFile.parse(JSON.parse(readFileSync(path, 'utf8')))
    const bytes = arraysByName(rounded, (buffer) => new Int8Array(buffer))
    return { calibration, means: arraysByName(means, (buffer) => new Float32Array(buffer)), rounded: bytes }
  } catch {
    return null
  }
}

/** Written beside its place and renamed: nobody reads half of it. */
export function writeCalibration(path: string, { calibration, means, rounded }: FrozenCalibration): void {
  const file = { calibration, means: textByName(means), rounded: textByName(rounded) }
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.new`
  writeFileSync(beside, JSON.stringify(file satisfies z.infer<typeof CalibrationFile>))
  replace(beside, path)
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
