import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeAll } from '../../../base/disk/remove.ts'
import { replace } from '../../../base/disk/replace.ts'
import type { Preprocessing } from '../../../contract/network.ts'
import type { Manifest } from '../../../contract/trainer.ts'
import { float32Tensor, writeSafetensors } from '../../weights/safetensors.ts'
import type { HeadInfo } from '../../network/head-info.ts'
import type { Model } from './model.ts'

/** Writes `<folder>/{network,preprocessing,heads}.json` and weights.safetensors as a whole. Regression heads learn standardised targets, and
 *  so answers the saved network; what leads back to the target's own unit stands in heads.json. */
export function saveModel(
  folder: string,
  parts: {
    model: Model
    preprocessing: Preprocessing
    heads: Manifest['heads']
    infos: readonly HeadInfo[]
  },
): void {
  const partial = `${folder}.partial`
  removeAll(partial)
  mkdirSync(partial, { recursive: true })
  const heads = parts.heads.map((head, h) => {
    const { type, mean, std, tags } = parts.infos[h]!
    // The sets of tags are the dataset's, not the model's.
    const { tagSets: _tagSets, ...record } = head
    if (type === 'tags') return { ...record, thresholds: [...(tags?.thresholds ?? [])] }
    return type === 'regression' ? { ...record, scale: { mean, std } } : record
  })
  const json = { network: parts.model.network, preprocessing: parts.preprocessing, heads }
  for (const [name, value] of Object.entries(json)) {
    writeFileSync(join(partial, `${name}.json`), JSON.stringify(value, null, 1))
  }
  const tensors = [...parts.model.weights].map(([name, variable]) =>
    float32Tensor(name, variable.shape, variable.dataSync<'float32'>()),
  )
  writeSafetensors(join(partial, 'weights.safetensors'), tensors)
  removeAll(folder)
  replace(partial, folder)
}
