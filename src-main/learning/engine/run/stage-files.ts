import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { replace } from '../../../base/disk/replace.ts'
import { float32Tensor, readAllFloat32, writeSafetensors } from '../../weights/safetensors.ts'

/** What `compute` answers, from `<path>.json` where it was computed before. Written when all that it reported is `recorded`, beside
 *  its place and renamed, so that a kill in between leaves nothing half. */
export async function keepJson<T>(
  path: string,
  recorded: () => Promise<void>,
  compute: () => Promise<T> | T,
): Promise<T> {
  const file = `${path}.json`
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T
  const text = JSON.stringify(await compute())
  await recorded()
  writeFileSync(`${file}.partial`, text, { flush: true })
  replace(`${file}.partial`, file)
  // As a resumed run would read it.
  return JSON.parse(text) as T
}

/** The same for arrays of numbers, in `<path>.safetensors`. */
export async function keepTensors(
  path: string,
  recorded: () => Promise<void>,
  compute: () => Promise<Float32Array[]>,
): Promise<Float32Array[]> {
  const file = `${path}.safetensors`
  if (existsSync(file)) {
    const saved = readAllFloat32(file)
    return [...saved.keys()].map((_, i) => saved.get(`output${i}`)!.values)
  }
  const values = await compute()
  await recorded()
  writeSafetensors(
    file,
    values.map((each, i) => float32Tensor(`output${i}`, [each.length], each)),
  )
  return values
}
