import type { Exporter } from './exporter.ts'
import { kerasExporter } from './keras.ts'
import { liteRtExporter } from './litert.ts'
import { onnxExporter } from './onnx.ts'
import { pytorchExporter } from './pytorch.ts'
import { rulesExporter } from './rules.ts'
import { savedModelExporter } from './savedmodel.ts'
import { tfjsExporter } from './tfjs.ts'

/** Every export format. variants.ts says how each is offered. */
export const EXPORTERS: readonly Exporter[] = Object.freeze([
  tfjsExporter,
  kerasExporter,
  onnxExporter,
  savedModelExporter,
  liteRtExporter,
  pytorchExporter,
  rulesExporter,
])
