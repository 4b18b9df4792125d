import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Calibration } from '../../../contract/precision.ts'
import type { FrozenCalibration } from '../frozen/calibrate.ts'

const CalibrationFile = z.object({
  calibration: Calibration,
  /** By name: base64 of float32 little endian. */
  means: z.record(z.string(), z.string()),
  channelScales: z.record(z.string(), z.string()),
})

/** What was calibrated before; null: nothing, or no such file any more (it is then calibrated anew). */
export function readCalibration(path: string): FrozenCalibration | null {
  try {
    const { calibration, means, channelScales } = CalibrationFile.parse(JSON.parse(readFileSync(path, 'utf8')))
    return { calibration, means: floatsByName(means), channelScales: floatsByName(channelScales) }
  } catch {
    return null
  }
}

/** Written beside its place and renamed: nobody reads half of it. */
export function writeCalibration(path: string, { calibration, means, channelScales }: FrozenCalibration): void {
  const file = { calibration, means: textByName(means), channelScales: textByName(channelScales) }
  mkdirSync(dirname(path), { recursive: true })
  const beside = `${path}.${process.pid}.new`
  writeFileSync(beside, JSON.stringify(file satisfies z.infer<typeof CalibrationFile>))
  renameSync(beside, path)
}

function floatsByName(texts: Readonly<Record<string, string>>): Map<string, Float32Array> {
  return new Map(
    Object.entries(texts).map(([name, text]) => [
      name,
      new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer),
    ]),
  )
}

function textByName(floats: ReadonlyMap<string, Float32Array>): Record<string, string> {
  const entries = [...floats].map(([name, { buffer, byteOffset, byteLength }]) => {
    return [name, Buffer.from(buffer, byteOffset, byteLength).toString('base64')] as const
  })
  return Object.fromEntries(entries)
}
