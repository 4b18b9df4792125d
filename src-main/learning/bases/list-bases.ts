import type { BaseModel } from '../../contract/models.ts'
import type { Architecture, ArchitectureInput } from '../architectures/architecture.ts'
import { ARCHITECTURES } from '../architectures/index.ts'
import type { PretrainedBase } from '../context.ts'
import { inferNetwork } from '../network/infer.ts'
import type { Network } from '../../contract/network.ts'

/** Base models with weights, then architectures. Core adds the workspace's trained models. */
export function listBases(bases: readonly PretrainedBase[]): BaseModel[] {
  return [...bases.map(pretrained), ...ARCHITECTURES.map(architecture)]
}

/** Gradient-trained parameters: the figure that papers print. */
export function countParameters(network: Network): number {
  return inferNetwork(network).facts.reduce((total, layer) => total + layer.trainableParameters, 0)
}

function pretrained(base: PretrainedBase): BaseModel {
  return {
    id: base.id,
    kind: base.imported === null ? 'pretrained' : 'imported',
    title: base.title,
    description: base.description,
    parameters: countParameters(base.network),
    sizeBytes: base.sizeBytes,
    inputs: 'image',
    defaultInputSize: base.preprocessing.width,
    inputSizes: [...base.inputSizes],
    channels: [base.preprocessing.channels],
    licence: base.licence,
    sha256: base.weights.sha256,
    canPredict: base.isPrepared && base.classes.length > 0,
    run: null,
    imported: base.imported,
    variant: null,
  }
}

function architecture(row: Architecture): BaseModel {
  const input: ArchitectureInput = { kind: 'image', size: row.defaultInputSize, channels: 3 }
  return {
    id: row.type,
    kind: 'architecture',
    title: row.label,
    description: row.help,
    parameters: countParameters(row.build(row.params.schema.parse({}), input)),
    sizeBytes: null,
    inputs: row.inputs,
    defaultInputSize: row.defaultInputSize,
    inputSizes: [...row.inputSizes],
    channels: [1, 3],
    licence: null,
    sha256: null,
    canPredict: false,
    run: null,
    imported: null,
    variant: { type: row.type, label: row.label, help: row.help, fields: row.params.fields },
  }
}
