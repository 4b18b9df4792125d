import type { BaseModel, Speed } from '../../contract/models.ts'
import type { Network } from '../../contract/network.ts'
import type { Architecture, ArchitectureInput } from '../architectures/architecture.ts'
import { ARCHITECTURES } from '../architectures/index.ts'
import type { PretrainedBase } from '../context.ts'
import { networkFigures } from '../network/network-figures.ts'

/** How fast a network was measured to be on this computer, by its `key`; null: not measured. */
export type SpeedOf = (key: string) => Speed | null

/** Base models with weights, then architectures. Core adds the workspace's trained models. */
export function listBases(bases: readonly PretrainedBase[], speedOf: SpeedOf): BaseModel[] {
  return [...bases.map((base) => pretrained(base, speedOf)), ...ARCHITECTURES.map((row) => architecture(row, speedOf))]
}

/** A base model or an architecture as the list shows it, at its default input; null: there is none of that id. */
export function listedNetwork(
  bases: readonly PretrainedBase[],
  id: string,
): { readonly title: string; readonly network: Network } | null {
  const base = bases.find((candidate) => candidate.id === id)
  if (base !== undefined) return base
  const row = ARCHITECTURES.find(({ type }) => type === id)
  return row === undefined ? null : { title: row.label, network: defaultNetwork(row) }
}

/** Gradient-trained parameters: the figure that papers print. */
export function countParameters(network: Network): number {
  return networkFigures(network).parameters
}

function pretrained(base: PretrainedBase, speedOf: SpeedOf): BaseModel {
  return {
    id: base.id,
    kind: base.imported === null ? 'pretrained' : 'imported',
    title: base.title,
    description: base.description,
    ...figures(base.network, speedOf),
    sizeBytes: base.sizeBytes,
    inputs: 'image',
    defaultInputSize: base.preprocessing.width,
    inputSizes: [...base.inputSizes],
    channels: [base.preprocessing.channels],
    licence: base.licence,
    trainedOn: base.trainedOn,
    sha256: base.weights.sha256,
    canPredict: base.isPrepared && base.classes.length > 0,
    run: null,
    imported: base.imported,
    variant: null,
  }
}

function architecture(row: Architecture, speedOf: SpeedOf): BaseModel {
  return {
    id: row.type,
    kind: 'architecture',
    title: row.label,
    description: row.help,
    ...figures(defaultNetwork(row), speedOf),
    sizeBytes: null,
    inputs: row.inputs,
    defaultInputSize: row.defaultInputSize,
    inputSizes: [...row.inputSizes],
    channels: [1, 3],
    licence: null,
    trainedOn: null,
    sha256: null,
    canPredict: false,
    run: null,
    imported: null,
    variant: { type: row.type, label: row.label, help: row.help, fields: row.params.fields },
  }
}

function figures(network: Network, speedOf: SpeedOf): Pick<BaseModel, 'parameters' | 'multiplyAdds' | 'speed'> {
  const { parameters, multiplyAdds, key } = networkFigures(network)
  return { parameters, multiplyAdds, speed: speedOf(key) }
}

const built = new Map<string, Network>()

function defaultNetwork(row: Architecture): Network {
  const found = built.get(row.type)
  if (found !== undefined) return found
  const input: ArchitectureInput = { kind: 'image', size: row.defaultInputSize, channels: 3 }
  const network = row.build(row.params.schema.parse({}), input)
  built.set(row.type, network)
  return network
}
