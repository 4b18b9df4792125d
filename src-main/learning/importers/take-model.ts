import { basename } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { ModelInspection, Preparation } from '../../contract/imports.ts'
import { countParameters } from '../bases/list-bases.ts'
import { nameOfFile } from '../bases/name-of-file.ts'
import { inferNetwork } from '../network/infer.ts'
import { checkImported, outputWidth } from './check-imported.ts'
import { readClassNames } from './class-names.ts'
import { findImporter } from './find-importer.ts'
import type { ImportedModel, ModelSource } from './importer.ts'
import { isBgr, preprocessingOf } from './preparations.ts'
import { reverseChannels } from './reverse-channels.ts'

/** What a user says beside the file. */
export interface Wishes {
  /** null: as the file says. */
  readonly preparation: Preparation | null
  /** A file with class names; null: as the file says. */
  readonly labels: string | null
  /** Names of ImageNet's classes, in its order. */
  readonly imageNet: readonly string[]
}

/** A model from a file, ready to be kept: its first kernel turned round where it wants blue, green, red. */
export interface TakenModel extends ImportedModel {
  readonly isBgr: boolean
  readonly preparation: Preparation | 'file' | null
}

/** Reads a file with a model from elsewhere and checks that it is whole. Throws E_MODEL_FILE, E_MODEL_UNSUPPORTED, and E_INPUT for wishes
 *  that do not fit it. */
export async function takeModel(source: ModelSource, wishes: Wishes): Promise<TakenModel> {
  const read = await findImporter(source.path).read(source)
  checkImported(read)
  return preparedAs(withChoices(named(read, wishes)), wishes.preparation)
}

/** What is told of it. */
export function inspectionOf(path: string, model: TakenModel): Omit<ModelInspection, 'likely'> {
  const { format, family, network, classes, preprocessing, problems } = model
  return {
    name: nameOfFile(path),
    format,
    family,
    inputShape: [...(inferNetwork(network).shapes.get(network.layers[0]!.name) ?? [])],
    parameters: countParameters(network),
    layers: network.layers.length,
    classes: classes === null ? null : [...classes],
    preprocessing,
    problems: [...problems],
  }
}

/** Another preparation for a model, whose kernel is turned round or back. */
export function preparedAs(model: ImportedModel, chosen: Preparation | null): TakenModel {
  const shape = inferNetwork(model.network).shapes.get(model.network.layers[0]!.name) ?? []
  const wantsBgr = chosen === null ? model.isBgr === true : isBgr(chosen)
  return {
    ...model,
    preprocessing: chosen === null ? model.preprocessing : preprocessingOf(chosen, shape),
    preparation: chosen ?? (model.preprocessing === null ? null : 'file'),
    weights: wantsBgr ? reverseChannels(model.network, model.weights) : model.weights,
    isBgr: wantsBgr,
  }
}

/** Outputs that are no choice of one class (a sigmoid each) get no names: their numbers would be told as shares of one whole. */
function withChoices(model: ImportedModel): ImportedModel {
  const output = model.network.layers.find(({ name }) => name === model.network.outputs[0])
  const activation = String(output?.config['activation'] ?? 'linear')
  if (model.classes === null || activation === 'linear' || activation === 'softmax') return model
  const problem = `Its outputs end in ${activation}: they are no choice of one class, so their names are left out and it does not predict as it is. It serves as a base.`
  return { ...model, classes: null, problems: [...model.problems, problem] }
}

const IMAGENET_CLASSES = 1000

/** With the names that the user gives, else those of the file, else ImageNet's for a family that is made for them. */
export function named(model: ImportedModel, { labels, imageNet }: Wishes): ImportedModel {
  const width = outputWidth(model.network, inferNetwork(model.network).shapes)
  if (labels !== null) {
    const classes = readClassNames(labels)
    if (classes.length === width) return { ...model, classes }
    const expected = width === null ? 'no class names, for its output is no list of classes' : `${width} class names`
    throw new GraftError('E_INPUT', `Expected ${expected}. Received: ${classes.length} in ${basename(labels)}.`, {
      fix: 'Give a name for each output, in their order, or leave the file out.',
    })
  }
  if (model.classes !== null || model.family === null || width !== IMAGENET_CLASSES) return model
  if (imageNet.length !== width) return model
  const problem = `The file names no classes. With 1000 outputs, this ${model.family} is taken for one of ImageNet's; give other names with a file of labels.`
  return { ...model, classes: imageNet, problems: [...model.problems, problem] }
}
