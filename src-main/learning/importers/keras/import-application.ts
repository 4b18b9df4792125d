import { GraftError } from '../../../contract/errors.ts'
import type { Hdf5File } from '../files/hdf5.ts'
import type { ImportedModel, ModelSource } from '../importer.ts'
import { quoted, unsupported } from '../refusals.ts'
import { applications, describeApplication, layersWithout } from './applications.ts'
import type { Application } from './applications.ts'
import { adaptedTo } from './adapt-application.ts'
import type { FlatModel } from './flatten-model.ts'
import { importKerasModel } from './import-model.ts'
import type { JsonObject } from './json.ts'
import { legacyGroups } from './legacy-groups.ts'
import { matchedGroups } from './matched-groups.ts'
import { countNumbered, numberedVariables } from './numbered-variables.ts'
import type { FindVariable } from './rule.ts'

/** Classes of Keras Applications' layers that have variables; ConvNeXt begins with a model inside. */
const WITH_WEIGHTS = new Set([
  'Conv2D', 'DepthwiseConv2D', 'SeparableConv2D', 'Dense', 'BatchNormalization', 'LayerNormalization', 'LayerScale', 'Normalization',
  'Sequential',
]) // prettier-ignore

/** A Normalization whose numbers stand among its arguments has none. */
const hasWeights = (className: string, { mean }: JsonObject): boolean =>
  WITH_WEIGHTS.has(className) && (className !== 'Normalization' || mean === undefined)

/** Weights of a file, however it names them. */
interface WeightFile {
  readonly format: string
  /** Top layers that have variables. */
  readonly count: number
  findIn(model: FlatModel): FindVariable
}

/** A file that holds the weights of a network of Keras Applications without the network: the one that was named, or the one that they fit. */
export function importApplication(file: Hdf5File, source: ModelSource): ImportedModel {
  const weights = weightsOf(file)
  const fits = candidates(weights, source.family)
  const faults: string[] = []
  for (const { application, isWhole } of fits) {
    try {
      return withProblem(read(application, isWhole, weights, source), application, isWhole)
    } catch (error) {
      if (!(error instanceof GraftError) || fits.length === 1) throw error
      faults.push(`${application.family}: ${error.message}`)
    }
  }
  throw unsupported(
    `The ${weights.count} layers with weights in the file fit no network of Keras Applications of so many. ${faults[0] ?? ''}`,
    'Name the family, and the side of its input where it is not the usual one; or save the whole model as .keras.',
    { families: fits.length },
  )
}

function weightsOf(file: Hdf5File): WeightFile {
  const numbered = countNumbered(file)
  if (numbered !== null)
    return { format: 'Keras 3, weights alone', count: numbered, findIn: () => numberedVariables(file) }
  const groups = legacyGroups(file)
  const version = file.attribute('', 'keras_version')
  const isSaid = typeof version === 'string' && /^[\w.+-]{1,40}$/.test(version)
  return {
    format: `Keras ${isSaid ? version : '1 or 2'}, HDF5, weights alone`,
    count: [...groups.values()].filter((variables) => variables.length > 0).length,
    findIn: ({ layers }) => matchedGroups(groups, layers.filter(({ className, config }) => hasWeights(className, config))), // prettier-ignore
  }
}

interface Candidate {
  readonly application: Application
  readonly isWhole: boolean
}

/** Those of as many layers with weights, whole or without their classifier. */
function candidates({ count }: WeightFile, asked: string | null): Candidate[] {
  const named = asked === null ? applications() : [applicationOf(asked)]
  const counted = named.map((application) => ({
    application,
    counts: [application.layers, layersWithout(application)].map(
      (layers) => layers.filter(([className, , , config]) => hasWeights(className, config)).length,
    ),
  }))
  const fits = counted.flatMap(({ application, counts }) =>
    counts.flatMap((own, place) => (own === count ? [{ application, isWhole: place === 0 }] : [])),
  )
  if (fits.length > 0) return fits
  const [one] = counted
  throw unsupported(
    asked === null
      ? `The file holds the weights of ${count} layers without the model itself, and no network of Keras Applications has so many.`
      : `Expected weights of ${one!.counts[0]} layers of ${quoted(asked)} (without its classifier ${one!.counts[1]}). Received: ${count}.`,
    'Build the model in Keras, load these weights and save the whole as .keras.',
    { layers: count },
  )
}

function applicationOf(asked: string): Application {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z\d]/g, '')
  const found = applications().find(({ family }) => plain(family) === plain(asked))
  if (found !== undefined) return found
  throw unsupported(
    `Graft knows no network of Keras Applications that is called ${quoted(asked)}.`,
    `Known are: ${applications().map(({ family }) => family).join(', ')}. Leave the family out, and Graft compares the weights with all of them.`, // prettier-ignore
  )
}

/** The side of NASNetLarge, which Keras calls as it calls the other one. */
const OWN_SIZES: Readonly<Record<string, number>> = { nasnetlarge: 331 }

function read(application: Application, isWhole: boolean, weights: WeightFile, source: ModelSource): ImportedModel {
  let find: FindVariable = () => null
  return importKerasModel(
    {
      format: weights.format,
      described: describeApplication(application, isWhole),
      find: (...wanted) => find(...wanted),
      isLegacy: false,
      adapted(model) {
        find = weights.findIn(model)
        return adaptedTo(model, find, { hasWidths: application.family.startsWith('mobilenet'), isWhole })
      },
    },
    { ...source, inputSize: source.inputSize ?? OWN_SIZES[application.family] ?? null },
  )
}

function withProblem(model: ImportedModel, { family }: Application, isWhole: boolean): ImportedModel {
  const told = `The file holds weights alone: they fit ${family} of Keras Applications.`
  const end = 'They are those of the network without its classifier: it ends in its pooled features.'
  return { ...model, problems: [...model.problems, told, ...(isWhole ? [] : [end])] }
}
