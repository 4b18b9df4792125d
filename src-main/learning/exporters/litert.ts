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
import { lower } from '../operations/lower.ts'
import type { ExportOptions } from './options.ts'
import { calibrated } from './quantization/calibrated.ts'

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
  const kind = options?.['weights'] ?? 'float32'
  const lowered = lower(model, { batchNorm: 'folded' })
  const seen = kind === 'int8' ? await calibrated(lowered, model, sources) : null
  const graph = fuseActivations(emitLiteRt(seen?.graph ?? lowered, model.takesPixels === true))
  const stored = seen === null ? withWeights(graph, kind) : fullInt8(graph, seen.ranges)
  const outputs = model.heads.map(({ name }) => name)
  writeFileSync(join(folder, FILE_NAME), encodeLiteRt(stored, { input: INPUT_NAME, outputs }))
}

function withWeights(graph: LiteRtGraph, kind: unknown): LiteRtGraph {
  if (kind === 'float16') return float16Weights(graph)
  return kind === 'dynamic' ? dynamicRange(graph) : graph
}
