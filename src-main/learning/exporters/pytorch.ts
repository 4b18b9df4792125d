import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { float32Tensor, writeSafetensors } from '../weights/safetensors.ts'
import type { Exporter, ExportModel } from './exporter.ts'
import { featuresNote } from './features-note.ts'
import { modelProgram } from './pytorch/model-program.ts'
import { pytorchRuntimes } from './pytorch/runtimes.ts'
import { translate } from './pytorch/translate.ts'

/** PyTorch: model.py, which is plain torch to read and to train on, and its weights in model.safetensors. */
export const pytorchExporter: Exporter = Object.freeze({
  type: 'pytorch',
  refuses: () => null,
  write,
  runtimes: pytorchRuntimes,
})

async function write(model: ExportModel, folder: string): Promise<void> {
  const layers = translate(model)
  const tensors = layers.flatMap(({ identifier, torch }) =>
    (torch.tensors ?? []).map(({ name, shape, values }) => float32Tensor(`${identifier}.${name}`, shape, values)),
  )
  writeSafetensors(join(folder, 'model.safetensors'), tensors, { format: 'pt', ...featuresNote(model) })
  writeFileSync(join(folder, 'model.py'), modelProgram(model, layers))
}
