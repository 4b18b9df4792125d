import type { ExportModel } from '../exporter.ts'
import { featuresNote } from '../features-note.ts'
import type { OnnxFile } from './onnx-file.ts'

/** Where the channels of the input stand: `nhwc` or `nchw`. */
export const LAYOUT_NOTE = 'graft.layout'

/** What stands beside the graph, in metadata_props. `names` are the classes of the only head, as other programs look for them. */
export function notesOf(model: ExportModel, layout: 'nhwc' | 'nchw'): OnnxFile['notes'] {
  const { heads } = model
  const described = heads.map(({ classes, name, type }) => ({ name, type, ...(classes.length > 0 ? { classes } : {}) }))
  const [only, more] = heads
  const isNamed = only !== undefined && more === undefined && only.classes.length > 0
  return {
    ...(isNamed ? { names: JSON.stringify(only.classes) } : {}),
    'graft.heads': JSON.stringify(described),
    [LAYOUT_NOTE]: layout,
    ...featuresNote(model),
  }
}
