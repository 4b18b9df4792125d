import { availableParallelism } from 'node:os'
import { softmax } from '../base/softmax.ts'
import type { ModelInspection } from '../contract/imports.ts'
import type { ImportModelJob } from '../contract/trainer.ts'
import { createPlainInference } from '../learning/engine/model/plain-inference.ts'
import { outputWidth } from '../learning/importers/check-imported.ts'
import type { TakenModel } from '../learning/importers/take-model.ts'
import { inferNetwork } from '../learning/network/infer.ts'
import { withoutSoftmax } from '../learning/network/without-softmax.ts'
import { createRuntime } from './create-runtime.ts'
import type { JobContext } from './job-context.ts'
import { imageInput } from './prediction-inputs.ts'
import { sharedOperations } from './thread-pools.ts'

const SHOWN = 5

/** The classes that a model finds most likely for a photograph; null: its pixels cannot be prepared yet, or its output is no list of
 *  classes. */
export async function likelyClasses(
  model: Pick<TakenModel, 'network' | 'weights' | 'classes' | 'preprocessing'>,
  photo: NonNullable<ImportModelJob['photo']>,
  context: JobContext,
): Promise<ModelInspection['likely']> {
  const { preprocessing, weights, classes } = model
  const network = withoutSoftmax(model.network)
  const { shapes } = inferNetwork(network)
  const width = outputWidth(network, shapes)
  if (preprocessing === null || width === null) return null
  const runtime = createRuntime(sharedOperations(availableParallelism()), context)
  const shape = shapes.get(network.layers[0]!.name)!
  const inference = createPlainInference(runtime, { network, weights, samples: { shape } })
  try {
    const [logits] = inference.run(await imageInput(photo, preprocessing))
    const probabilities = [...softmax(logits!)]
    return probabilities
      .map((probability, place) => ({ name: classes?.[place] ?? `class ${place + 1}`, probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, SHOWN)
  } finally {
    inference.dispose()
  }
}
