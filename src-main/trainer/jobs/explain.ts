import { GraftError } from '../../contract/errors.ts'
import type { Explanation } from '../../contract/explanations.ts'
import type { ExplainJob } from '../../contract/trainer.ts'
import { heatScale } from '../../contract/heat.ts'
import { packNumbers } from '../../base/packed-numbers.ts'
import { decode, decodeToSize, toSize } from '../../data/decode.ts'
import { openPack } from '../../data/pack.ts'
import { boxOf, type Pixels } from '../../data/resize.ts'
import { type ImagePreprocessing, normalisationOf } from '../../learning/engine/data/image-data.ts'
import { explain, explainOffer } from '../../learning/explain/explain.ts'
import type { HeatValues } from '../../learning/explain/heat-values.ts'
import { inferNetwork } from '../../learning/network/infer.ts'
import { readModelWeights } from '../../learning/weights/model-weights.ts'
import { createRuntime } from '../create-runtime.ts'
import { explainedHead, explainedUnits, predictedPlaces } from '../explained-classes.ts'
import { heatOverlay } from '../heat-overlay.ts'
import type { JobContext } from '../job-context.ts'
import { type LoadedModel, loadModel } from '../model.ts'
import { predictionRows } from '../prediction-rows.ts'
import { normalised } from '../prediction-inputs.ts'
import { sharedOperations } from '../thread-pools.ts'

/** What a model looks at in one picture: heat, and all that it takes to draw it in its place. */
export async function runExplain(job: ExplainJob, context: JobContext): Promise<void> {
  const { preprocessing, heads } = job.model
  if (preprocessing.kind !== 'image') throw takesTables()
  const picture = await pictureOf(job.picture)
  const values = normalised(await networkPixels(job.picture, picture, preprocessing), preprocessing)
  const runtime = createRuntime(sharedOperations(job.threads), context)
  const started = runtime.now()
  const head = explainedHead(heads, job.ask.head)
  const offer = explainOffer(job.model.network, head)
  const model = await loadModel(job.model, runtime, 1)
  const outputs = model.predict(values, 1)
  model.dispose()
  const predicted = predictedPlaces(heads[head]!, outputs[head]!)
  const expected = job.labels[head] ?? null
  const units = explainedUnits(heads[head]!, { classes: job.ask.classes, answer: outputs[head]!, predicted, expected })
  const many = manyAnswers(job, context, head)
  const subject = {
    ...offer,
    tf: runtime.tf,
    weights: await readModelWeights(job.model.weights, inferNetwork(job.model.network).weights),
    values,
    shape: [preprocessing.height, preprocessing.width, preprocessing.channels],
    fill: fillOf(values, preprocessing, job.ask.fill),
    units,
    answers: many.answers,
  }
  const { method, layer = null, patch = null, stride = null } = job.ask
  const found = await explain(subject, { method: method ?? null, layer, patch, stride }).finally(() => many.dispose())
  const { maps, isPerClass, ...how } = found
  const seen = seenBox(picture, preprocessing)
  const [row] = predictionRows(heads, [''], outputs)
  const { classes, value } = row!.heads[head]!
  const packedMaps = maps.map((map, i) => packed(map, isPerClass ? (heads[head]!.classes[units[i]!] ?? null) : null))
  const drawn = () => heatOverlay(picture, { seen, scale: heatScale(found.method, packedMaps) }, maps)
  const explanation: Explanation = {
    ...how,
    methods: [...offer.methods],
    head: heads[head]!.name,
    layers: [...offer.layers],
    picture: { width: picture.width, height: picture.height },
    seen,
    input: { width: preprocessing.width, height: preprocessing.height },
    answer: { classes, value },
    predicted: predicted.map((place) => heads[head]!.classes[place]!),
    expected,
    maps: packedMaps,
    overlay: job.ask.overlay === true ? Buffer.from(drawn()).toString('base64') : null,
    seconds: (runtime.now() - started) / 1000,
  }
  await context.send({ type: 'explained', explanation })
}

/** As in a prediction: where the model's pictures are shrunk while they are decoded, that is another reading of the file. */
async function networkPixels({ path }: ExplainJob['picture'], picture: Pixels, size: ImagePreprocessing) {
  return size.decoding === 'fast' && path !== null ? decodeToSize(path, size) : toSize(picture, size)
}

async function pictureOf({ path, pack, row }: ExplainJob['picture']): Promise<Pixels> {
  if (path !== null) return decode(path)
  if (pack === null || row === null) throw new Error('it has no pixels')
  const opened = openPack(pack)
  try {
    return { ...opened.shape, data: opened.row(row) }
  } finally {
    opened.close()
  }
}

/** A model for many pictures, made when it is first asked. */
function manyAnswers(job: ExplainJob, context: JobContext, head: number) {
  let model: LoadedModel | null = null
  return {
    async answers(pictures: Float32Array, count: number): Promise<Float64Array> {
      context.signal.throwIfAborted()
      model ??= await loadModel(job.model, createRuntime(sharedOperations(job.threads), context), Infinity)
      return model.predict(pictures, count)[head]!
    },
    dispose: () => model?.dispose(),
  }
}

/** The picture's mean colour, or a grey. */
function fillOf(values: Float32Array, preprocessing: ImagePreprocessing, grey: number | undefined): number[] {
  const { channels } = preprocessing
  const { scale, shift } = normalisationOf(preprocessing)
  if (grey !== undefined) return scale.map((factor, c) => grey * 255 * factor + shift[c]!)
  const sums = new Float64Array(channels)
  values.forEach((value, i) => (sums[i % channels]! += value))
  return [...sums].map((sum) => sum / (values.length / channels))
}

function seenBox(picture: Pixels, preprocessing: ImagePreprocessing): Explanation['seen'] {
  const { left, top, right, bottom } = boxOf(picture, preprocessing)
  return { left, top, width: right - left, height: bottom - top }
}

function packed(map: HeatValues, name: string | null): Explanation['maps'][number] {
  const { rows, columns, values } = map
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]) // prettier-ignore
  return { class: name, rows, columns, values: packNumbers(values), least: least!, most: most! }
}

function takesTables(): GraftError {
  return new GraftError(
    'E_EXPLAIN',
    'Expected a model of pictures. Received: one of tables, which have no places to look at.',
    {
      fix: 'Choose a run on a dataset of pictures.',
    },
  )
}
