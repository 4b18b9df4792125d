import { dirname } from 'node:path'
import { openFile } from './files/byte-source.ts'
import type { ImportedModel, ModelImporter, ModelSource } from './importer.ts'
import { importOnnxModel } from './onnx/import-model.ts'
import { readModelProto } from './onnx/model-proto.ts'
import { brokenFile } from './refusals.ts'

/** Protocol Buffers' own limit; larger models have their weights in a file beside. */
const MAX_BYTES = 2 ** 31 - 1

/** The exchange format that PyTorch, TensorFlow and others export to (onnx.ai). */
export const onnx: ModelImporter = {
  format: 'onnx',
  label: 'ONNX (.onnx)',
  matches: (path) => /\.onnx$/i.test(path),
  read: (source) => new Promise((resolve) => resolve(readOnnx(source))),
}

function readOnnx(source: ModelSource): ImportedModel {
  const file = openFile(source.path)
  try {
    if (file.size > MAX_BYTES) throw brokenFile(`Expected an ONNX file of at most ${MAX_BYTES} bytes. Received: ${file.size}.`) // prettier-ignore
    return importOnnxModel(readModelProto(file.read(0, file.size, 'the model'), dirname(source.path)), source)
  } finally {
    file.close()
  }
}
