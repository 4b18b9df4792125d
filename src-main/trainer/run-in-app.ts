import { createModel } from '../learning/engine/model.ts'
import type { ExportModel } from '../learning/exporters/exporter.ts'
import type { SampleInputs } from './sample-inputs.ts'
import { loadTensorflow } from './tf.ts'

/** Outputs of the network as it runs inside Graft, [head][sample][value]: what an export is compared with. */
export function runInApp(exported: ExportModel, inputs: SampleInputs): number[][][] {
  const tf = loadTensorflow(0)
  const { network, weights, read } = exported
  const values = new Map(weights.map(({ fullName, shape }) => [fullName, { shape, values: read(fullName) }]))
  const model = createModel(tf, network, values, 0)
  const outputs: number[][][] = network.outputs.map(() => [])
  for (const row of inputs.rows) {
    const heads = tf.tidy(() =>
      model.forward(tf.tensor(row, [1, ...inputs.shape])).map((tensor) => Array.from(tensor.dataSync())),
    )
    heads.forEach((value, head) => outputs[head]?.push(value))
  }
  model.dispose()
  return outputs
}
