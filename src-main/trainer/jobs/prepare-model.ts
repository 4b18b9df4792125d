import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { removeIfFree } from '../../base/disk/remove.ts'
import { replace } from '../../base/disk/replace.ts'
import { Network } from '../../contract/network.ts'
import type { PrepareModelJob } from '../../contract/trainer.ts'
import { ImportedManifest, MANIFEST_FILE, NETWORK_FILE, WEIGHTS_FILES } from '../../learning/bases/imported-manifest.ts'
import { isBgr, preprocessingOf } from '../../learning/importers/preparations.ts'
import { reverseChannels } from '../../learning/importers/reverse-channels.ts'
import { inferNetwork } from '../../learning/network/infer.ts'
import { readModelWeights } from '../../learning/weights/model-weights.ts'
import { float32Tensor, writeSafetensors } from '../../learning/weights/safetensors.ts'

/** Chooses another preparation for an imported model; its first kernel is turned round where the order of colours changes. */
export async function runPrepareModel({ folder, preparation }: PrepareModelJob): Promise<void> {
  const read = <S extends z.ZodType>(file: string, schema: S): z.output<S> =>
    schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')))
  const manifest = read(MANIFEST_FILE, ImportedManifest)
  const network = read(NETWORK_FILE, Network)
  const { shapes, weights } = inferNetwork(network)
  const preprocessing = preprocessingOf(preparation, shapes.get(network.layers[0]!.name) ?? [])
  const turned = isBgr(preparation)
  let kept = manifest.weights
  const old = join(folder, kept.file)
  if (turned !== manifest.isBgr) {
    const values = reverseChannels(network, await readModelWeights({ path: old, sha256: kept.sha256 }, weights))
    const tensors = weights.map(({ fullName, shape }) => float32Tensor(fullName, shape, values.get(fullName)!.values))
    const file = WEIGHTS_FILES[turned ? 1 : 0]
    kept = { ...kept, file, sha256: writeSafetensors(join(folder, file), tensors) }
  }
  const next: ImportedManifest = { ...manifest, preprocessing, preparation, isBgr: turned, weights: kept }
  const place = join(folder, MANIFEST_FILE)
  writeFileSync(`${place}.part-${process.pid}`, JSON.stringify(next))
  replace(`${place}.part-${process.pid}`, place)
  if (kept.file !== manifest.weights.file) removeIfFree(old)
}
