import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { LabelledImages } from './idx.ts'

const SIDE = 16

/** USPS digits from a file that the user has, as it is handed around: `zip.train` and `zip.test` of "The Elements of Statistical Learning" (a
 *  line per image: its digit, then 256 values -1..1), or LIBSVM's `usps` and `usps.t` (the digit plus 1, then `index:value`, absent
 *  values -1 where they are given as -1..1, else 0). Gzipped or not; LIBSVM's .bz2 has to be unpacked first. Gives 16x16 images, 0..255. */
export function readUsps(path: string): LabelledImages {
  const bytes = readFileSync(path)
  if (bytes.subarray(0, 3).toString('latin1') === 'BZh') {
    throw new Error(`Expected text or gzip. Received: bzip2 in ${path}. Unpack it first: bunzip2 ${path}`)
  }
  const text = (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('latin1')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const rows = lines.map((line, i) => parseLine(line, `line ${i + 1} of ${path}`))
  const isSigned = rows.some(({ values }) => values.some((value) => value < 0))
  const images = new Uint8Array(rows.length * SIDE * SIDE)
  for (const [i, { values }] of rows.entries()) {
    const value = (k: number) => values[k] ?? (isSigned ? -1 : 0)
    for (let k = 0; k < SIDE * SIDE; k++) images[i * SIDE * SIDE + k] = byteOf(value(k), isSigned)
  }
  return { images, labels: Uint8Array.from(rows, ({ label }) => label), shape: [SIDE, SIDE, 1] }
}

function byteOf(value: number, isSigned: boolean): number {
  return Math.round(255 * Math.min(1, Math.max(0, isSigned ? (value + 1) / 2 : value)))
}

function parseLine(line: string, where: string): { label: number; values: number[] } {
  const [first = '', ...rest] = line.trim().split(/\s+/)
  const isSparse = rest.some((entry) => entry.includes(':'))
  const label = Number(first) - (isSparse ? 1 : 0)
  const values: number[] = []
  for (const [k, entry] of rest.entries()) {
    const [place, value] = isSparse ? entry.split(':').map(Number) : [k + 1, Number(entry)]
    values[place! - 1] = value!
  }
  const isUsable = Number.isInteger(label) && label >= 0 && label <= 9 && values.length <= SIDE * SIDE
  if (!isUsable || values.some((value) => !Number.isFinite(value)) || (!isSparse && values.length !== SIDE * SIDE)) {
    throw new Error(`Expected a digit and 256 values. Received in ${where}: ${line.slice(0, 60)}`)
  }
  return { label, values }
}
