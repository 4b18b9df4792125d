import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exporter, ExportModel, ExportSources } from './exporter.ts'
import { dynamicRange } from './litert/dynamic-range.ts'
import { emitLiteRt } from './litert/emit.ts'
import { encodeLiteRt } from './litert/encode.ts'
import { float16Weights } from './litert/float16-weights.ts'
import { fuseActivations } from './litert/fuse-activations.ts'
import type { LiteRtGraph } from './litert/graph.ts'
import { fullInt8 } from './litert/int8.ts'
import { liteRtJavaScript, liteRtPython } from './litert/runtime.ts'
import type { OperationGraph } from '../operations/graph.ts'
import { lower } from '../operations/lower.ts'
import type { ExportOptions } from './options.ts'
import { calibratedRanges } from './quantization/calibrated-ranges.ts'

/** LiteRT, formerly TensorFlow Lite: one FlatBuffer, model.tflite, with a signature whose outputs are named after the heads. The
 *  proof is that of the programs beside it, of which the one for Node runs wherever Graft does. */
export const liteRtExporter: Exporter = Object.freeze({
  type: 'litert',
  refuses: () => null,
  write,
  runtimes: () => ({ python: liteRtPython(FILE_NAME), javascript: liteRtJavaScript(FILE_NAME) }),
})

const FILE_NAME = 'model.tflite'
const INPUT_NAME = 'input'

async function write(
  model: ExportModel,
  folder: string,
  options?: ExportOptions,
  sources?: ExportSources,
): Promise<void> {
  const operations = lower(model, { batchNorm: 'folded' })
  const graph = fuseActivations(emitLiteRt(operations, model.takesPixels === true))
  const stored = await withWeights(graph, { kind: options?.['weights'], operations, model, sources })
  const outputs = model.heads.map(({ name }) => name)
  writeFileSync(join(folder, FILE_NAME), encodeLiteRt(stored, { input: INPUT_NAME, outputs }))
}

interface Choice {
  readonly kind: unknown
  readonly operations: OperationGraph
  readonly model: ExportModel
  readonly sources: ExportSources | undefined
}

async function withWeights(
  graph: LiteRtGraph,
  { kind = 'float32', operations, model, sources }: Choice,
): Promise<LiteRtGraph> {
  if (kind === 'float32') return graph
  if (kind === 'float16') return float16Weights(graph)
  if (kind === 'dynamic') return dynamicRange(graph)
  return fullInt8(graph, await calibratedRanges(operations, model, sources))
}
