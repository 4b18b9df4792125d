import { layerNames } from '../layer-names.ts'
import type { ImagePreparation, ImportedModel, ModelSource } from '../importer.ts'
import { buildNetwork } from './build-network.ts'
import { kerasFamily, preparationOf, takesBgr } from './families.ts'
import { flattenModel } from './flatten-model.ts'
import type { FlatModel } from './flatten-model.ts'
import type { JsonObject } from './json.ts'
import type { FindVariable } from './rule.ts'
import { readSourceModel } from './source-model.ts'

export interface KerasModel {
  readonly format: string
  /** `class_name` and `config`. */
  readonly described: JsonObject
  readonly find: FindVariable
  readonly isLegacy: boolean
  readonly classes?: readonly string[] | null
  /** What stands beside the model about its pixels. */
  readonly numbers?: Pick<ImagePreparation, 'mean' | 'std' | 'resize'> | null
  /** Fills in what the description leaves to its weights. */
  adapted?(model: FlatModel): FlatModel
}

/** A model that Keras or TensorFlow.js describes, whatever file its description and its variables came from. */
export function importKerasModel(
  { format, described, find, isLegacy, classes = null, numbers = null, adapted = (model) => model }: KerasModel,
  source: ModelSource,
): ImportedModel {
  const flat = adapted(flattenModel(readSourceModel(described)))
  const known = kerasFamily(flat.name)
  const inputSize = source.inputSize ?? known?.size ?? null
  const { network, weights, problems } = buildNetwork(flat, { find, isLegacy, inputSize })
  const preprocessing = preparationOf(network, known, numbers)
  const outputs = weightOutputs(network.outputs[0]!, weights)
  return {
    format,
    family: known?.family ?? null,
    network: { ...network, name: layerNames([flat.name])[0]! },
    weights,
    classes: classes !== null && classes.length === outputs ? classes : null,
    preprocessing,
    isBgr: takesBgr(preprocessing),
    problems: [
      ...problems,
      ...(classes !== null && classes.length !== outputs ? [`The file names ${classes.length} classes, the network gives ${outputs}: the names were left out.`] : []), // prettier-ignore
    ],
  }
}

/** Values of the output, where it is a Dense or a convolution. */
function weightOutputs(output: string, weights: ImportedModel['weights']): number | null {
  return weights.get(`${output}/kernel`)?.shape.at(-1) ?? null
}
