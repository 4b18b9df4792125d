import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Calibration } from '../../../contract/precision.ts'
import type { FrozenCalibration } from '../frozen/calibrate.ts'

const CalibrationFile = z.object({
  calibration: Calibration,
  /** By name: base64 of float32 little endian. */
  means: z.record(z.string(), z.string()),
})

/** What was calibrated before; null: nothing, or no such file any more (it is then calibrated anew). */
export function readCalibration(path: string): FrozenCalibration | null {
  try {
    const { calibration, means } = CalibrationFile.parse(JSON.parse(readFileSync(path, 'utf8')))
    return { calibration, means: new Map(Object.entries(means).map(([name, text]) => [name, floatsOf(text)])) }
  } catch {
    return null
  }
}

/** Written beside its place and renamed: nobody reads half of it. */
export function writeCalibration(path: string, { calibration, means }: FrozenCalibration): void {
  const file = { calibration, means: Object.fromEntries([...means].map(([name, values]) => [name, textOf(values)])) }
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.new`
  writeFileSync(beside, JSON.stringify(file satisfies z.infer<typeof CalibrationFile>))
  renameSync(beside, path)
}

function floatsOf(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}

function textOf(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}
