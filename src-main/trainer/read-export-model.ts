import type { ExportJob } from '../contract/trainer.ts'
import { exportNetwork } from '../learning/exporters/export-network.ts'
import type { ExportModel } from '../learning/exporters/exporter.ts'
import { isCalibrated } from '../learning/exporters/options.ts'
import { pixelInput } from '../learning/exporters/pixel-input.ts'
import { trainedPart } from '../learning/exporters/quantization/trained-part.ts'
import { inferNetwork } from '../learning/network/infer.ts'
import { readModelWeights } from '../learning/weights/model-weights.ts'
import type { WeightValues } from '../learning/weights/weight-values.ts'

/** The model of a job as its files are to have it. Throws E_MODEL_WEIGHTS. */
export async function readExportModel(job: ExportJob): Promise<ExportModel> {
  const { preprocessing, heads, ...model } = job.model
  const network = exportNetwork(model.network, heads)
  const { weights } = inferNetwork(network)
  const values = await readModelWeights(model.weights, weights)
  const read = (name: string): Float32Array => {
    const found = values.get(name)
    if (!found) throw new Error(`no weight ${name}`)
    return found.values
  }
  const asTrained = { network, weights, read, preprocessing, heads, ...trainedOn(job, values) }
  return job.options?.['input'] === 'uint8' ? pixelInput(asTrained) : asTrained
}

/** What the heads were trained on; for files in int8, where that was int8, with its whole numbers, or with the word that they are gone. */
function trainedOn(job: ExportJob, weights: WeightValues): Pick<ExportModel, 'features' | 'trained'> {
  const { features, options = {}, cacheFolder } = job
  if (features === undefined) return {}
  if (!isCalibrated(options) || features.precision !== 'int8' || features.isTrainedLater) return { features }
  const { network, preprocessing } = job.model
  const trained = trainedPart({ network, preprocessing, weights, features, cacheFolder })
  if (trained === null) return { features: { ...features, numbers: 'ranges' } }
  return { features: { ...features, numbers: 'whole' }, trained }
}
