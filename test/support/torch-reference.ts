import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import type { WeightValues } from '../../src-main/learning/weights/weight-values.ts'

const FOLDER = fileURLToPath(new URL('../fixtures/imports/', import.meta.url))

/** What PyTorch gives for a fixture (`pytorch/resnet`) and its `input`, which all of one side share. */
export function torchReference(fixture: string, side: number): WeightValues {
  const input = readAllFloat32(join(FOLDER, 'torch-inputs.safetensors')).get(String(side))!
  return new Map([...readAllFloat32(join(FOLDER, `${fixture}.reference.safetensors`)), ['input', input]])
}
