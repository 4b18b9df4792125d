import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { computerName } from '../../base/computer-name.ts'
import { Speed } from '../../contract/models.ts'
import { writeFileAtomic } from '../../base/disk/write-file-atomic.ts'

/** `speeds.json` of the user's folder: by computer (a folder may be on several: a stick, a network), by network. */
const Speeds = z.record(z.string(), z.record(z.string(), Speed))

/** What was measured on this computer, by the key of a network (learning/network/network-figures.ts). */
export function speedsHere(userFolder: string): Readonly<Record<string, Speed>> {
  return readSpeeds(userFolder)[computerName()] ?? {}
}

export function keepSpeed(userFolder: string, key: string, speed: Speed): void {
  // Read anew: another window may have measured in the meantime.
  const all = readSpeeds(userFolder)
  const name = computerName()
  mkdirSync(userFolder, { recursive: true })
  const next = { ...all, [name]: { ...all[name], [key]: speed } }
  writeFileAtomic(fileOf(userFolder), `${JSON.stringify(next, null, 2)}\n`)
}

const fileOf = (userFolder: string): string => join(userFolder, 'speeds.json')

/** A damaged file costs the measurements, never a list. */
function readSpeeds(userFolder: string): z.infer<typeof Speeds> {
  const file = fileOf(userFolder)
  if (!existsSync(file)) return {}
  try {
    return Speeds.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return {}
  }
}
