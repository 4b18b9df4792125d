import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { quoted } from '../../../importers/refusals.ts'
import { readModelProto } from '../../../importers/onnx/model-proto.ts'
import type { OnnxModel } from '../../../importers/onnx/model-proto.ts'
import type { StoredTensor } from '../../../importers/onnx/tensor-proto.ts'
import type { Tensor, Tf } from '../../../runtime.ts'
import type { Predictor } from '../../exporter.ts'
import { LAYOUT_NOTE } from '../notes.ts'
import { RUNNERS } from './runners.ts'

/** Runs an ONNX file that Graft has written, node by node in TensorFlow.js, as ONNX' specification says. `x` has its channels last. */
export function runOnnx(tf: Tf, path: string): Predictor {
  const model = readModelProto(readFileSync(path), dirname(path))
  const constants = new Map([...model.initializers].map(([name, tensor]) => [name, tensorOf(tf, tensor)] as const))
  return (x) => tf.tidy(() => outputsOf(tf, model, constants, x))
}

function tensorOf(tf: Tf, { isInteger, read, shape }: StoredTensor): Tensor {
  const values = isInteger ? Int32Array.from(read()) : Float32Array.from(read())
  return tf.tensor(values, [...shape], isInteger ? 'int32' : 'float32')
}

function outputsOf(tf: Tf, model: OnnxModel, constants: ReadonlyMap<string, Tensor>, x: Tensor): Tensor[] {
  const values = new Map(constants)
  const isFirst = model.notes.get(LAYOUT_NOTE) === 'nchw'
  values.set(model.inputs[0]!.name, isFirst ? tf.transpose(x, [0, 3, 1, 2]) : x)
  for (const node of model.nodes) {
    const run = RUNNERS[node.op]
    if (run === undefined) throw new Error(`The file holds an operator that Graft does not write: ${quoted(node.op)}.`)
    const inputs = node.inputs.map((name) => (name === '' ? null : values.get(name)!))
    values.set(node.outputs[0]!, run({ tf, inputs, attributes: node.attributes }))
  }
  return model.outputs.map((output) => values.get(output)!)
}
