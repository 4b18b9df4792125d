import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Preprocessing } from '../../contract/network.ts'
import type { Manifest } from '../../contract/trainer.ts'
import { float32Tensor, writeSafetensors } from '../weights/safetensors.ts'
import type { HeadInfo } from './heads.ts'
import type { Model } from './model.ts'

/** Writes `<folder>/{network,preprocessing,heads}.json` and weights.safetensors as a whole. Regression heads learn
 *  standardised targets: here their last layer is scaled back (kernel * std, bias * std + mean), so that the saved network
 *  answers in the target's own unit. */
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
  rmSync(partial, { recursive: true, force: true })
  mkdirSync(partial, { recursive: true })
  const json = { network: parts.model.network, preprocessing: parts.preprocessing, heads: parts.heads }
  for (const [name, value] of Object.entries(json)) {
    writeFileSync(join(partial, `${name}.json`), JSON.stringify(value, null, 1))
  }
  const scaleBack = scaledWeights(parts.model, parts.infos)
  const tensors = [...parts.model.weights].map(([name, variable]) => {
    const values = variable.dataSync<'float32'>()
    return float32Tensor(name, variable.shape, scaleBack.get(name)?.(values) ?? values)
  })
  writeSafetensors(join(partial, 'weights.safetensors'), tensors)
  rmSync(folder, { recursive: true, force: true })
  renameSync(partial, folder)
}

function scaledWeights(model: Model, infos: readonly HeadInfo[]) {
  const scalers = new Map<string, (values: Float32Array) => Float32Array>()
  for (const [h, { type, mean, std }] of infos.entries()) {
    if (type !== 'regression') continue
    const layer = model.network.outputs[h]!
    scalers.set(`${layer}/kernel`, (values) => values.map((value) => value * std))
    scalers.set(`${layer}/bias`, (values) => values.map((value) => value * std + mean))
  }
  return scalers
}
