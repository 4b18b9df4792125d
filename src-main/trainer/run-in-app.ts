import type { ModelFiles } from '../contract/trainer.ts'
import { loadModel } from './model.ts'
import type { SampleInputs } from './sample-inputs.ts'
import { loadTensorflow } from './tf.ts'
import { singleOperations } from './thread-pools.ts'

/** Outputs of a model as Graft itself predicts with it, [head][sample][value]: what an export is compared with. */
export async function runInApp(files: ModelFiles, inputs: SampleInputs): Promise<number[][][]> {
  const runtime = { tf: loadTensorflow(singleOperations(0)), log: () => undefined }
  const model = await loadModel(files, runtime, inputs.rows.length)
  const outputs: number[][][] = files.heads.map(() => [])
  for (const row of inputs.rows) {
    model.predict(row, 1).forEach((values, head) => outputs[head]?.push(Array.from(values)))
  }
  model.dispose()
  return outputs
}
