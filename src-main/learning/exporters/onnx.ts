import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { Tf } from '../runtime.ts'
import type { Exporter, ExportModel, ExportSources, Predictor } from './exporter.ts'
import type { Choice } from './onnx/graph-in-making.ts'
import { integerPlan } from './onnx/integer-plan.ts'
import { makeOnnx } from './onnx/make-onnx.ts'
import { notesOf } from './onnx/notes.ts'
import { onnxJavaScript, onnxPython } from './onnx/programs.ts'
import { runOnnx } from './onnx/run/run-onnx.ts'
import { writeOnnxProto } from './onnx/write-proto.ts'
import { lower } from '../operations/lower.ts'
import type { BatchNormChoice } from '../operations/layer-lowering.ts'
import type { ExportOptions } from './options.ts'
import { calibrated } from './quantization/calibrated.ts'

const FILE_NAME = 'model.onnx'
/** Protocol Buffers' own limit. */
const MAX_BYTES = 2 ** 31 - 1

/** ONNX (onnx.ai), opset 17: one file that onnxruntime and many others run. */
export const onnxExporter: Exporter = Object.freeze({
  type: 'onnx',
  refuses: () => null,
  write,
  load,
  runtimes: (model: ExportModel, options: ExportOptions = {}) => {
    const layout = layoutOf(model, options)
    return { python: onnxPython(layout), javascript: onnxJavaScript(layout) }
  },
})

/** Only images have channels that stand somewhere. */
const layoutOf = ({ preprocessing }: ExportModel, { layout }: ExportOptions): Choice['layout'] =>
  preprocessing.kind === 'image' && layout === 'nchw' ? 'nchw' : 'nhwc'

async function write(
  model: ExportModel,
  folder: string,
  options: ExportOptions = {},
  sources?: ExportSources,
): Promise<void> {
  const layout = layoutOf(model, options)
  const { weights = 'float32' } = options
  checkSize(weightBytes(model, weights))
  const batchNorm: BatchNormChoice = options['batchNorm'] === 'kept' ? 'kept' : 'folded'
  const lowered = lower(model, { batchNorm })
  const seen = weights === 'int8' ? await calibrated(lowered, model, sources) : null
  const choice: Choice = {
    weights: weights === 'float16' ? 'float16' : 'float32',
    layout,
    isBytes: model.takesPixels === true,
    ...(seen === null ? {} : { integers: integerPlan(seen.graph, seen.ranges) }),
  }
  const described = { heads: model.heads.map(({ name }) => name), notes: notesOf(model, layout) }
  const parts = writeOnnxProto(makeOnnx(seen?.graph ?? lowered, choice, described))
  checkSize(parts.reduce((total, part) => total + part.byteLength, 0))
  writeFileSync(join(folder, FILE_NAME), Buffer.concat(parts))
}

async function load(tf: Tf, folder: string): Promise<Predictor> {
  return runOnnx(tf, join(folder, FILE_NAME))
}

/** About what the file will take, before anything is read. */
function weightBytes({ weights }: ExportModel, type: unknown): number {
  const count = weights.reduce((total, { shape }) => total + shape.reduce((size, next) => size * next, 1), 0)
  return count * (type === 'int8' ? 1 : type === 'float16' ? 2 : 4)
}

function checkSize(size: number): void {
  if (size <= MAX_BYTES) return
  throw new GraftError('E_EXPORT_FORMAT', `Expected an ONNX file of at most ${MAX_BYTES} bytes. Received: ${size}.`, {
    fix: 'Choose float16 or int8 weights, or export in a format of several files.',
  })
}
