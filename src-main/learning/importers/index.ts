import { graft } from './graft.ts'
import { h5Importer } from './h5.ts'
import type { ModelImporter } from './importer.ts'
import { kerasImporter } from './keras.ts'
import { onnx } from './onnx.ts'
import { pytorch } from './pytorch.ts'
import { safetensors } from './safetensors.ts'
import { tfjsImporter } from './tfjs.ts'

/** Every kind of file that a base model is read from; the first that matches reads it. */
export const IMPORTERS: readonly ModelImporter[] = [
  graft,
  kerasImporter,
  h5Importer,
  tfjsImporter,
  pytorch,
  safetensors,
  onnx,
]
