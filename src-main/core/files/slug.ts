import { isDeviceName } from '../../base/disk/windows-name.ts'

const LONGEST = 60

/** A file name of a run's name, whatever it is written in, that every system can keep. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
  // Not through the middle of a letter of two code units.
  const short = plain.slice(0, LONGEST).replace(/[\uD800-\uDBFF]$/, '')
  if (short === '') return 'model'
  return isDeviceName(short) ? `${short}-` : short
}
