import type { GraftError } from '../../contract/errors.ts'
import type { Network, Preprocessing } from '../../contract/network.ts'
import type { Variant } from '../../contract/params.ts'
import { treeInput } from '../trees/tree-network.ts'
import { refusalOf } from './forms/refusals.ts'
import { EXPORT_OPTIONS } from './options.ts'

/** The export formats as they are offered. The code that writes them is in index.ts, which only the trainer loads. */
export const EXPORTER_VARIANTS: Variant[] = [
  {
    type: 'tfjs',
    label: 'TensorFlow.js',
    help: 'A LayersModel (model.json and weight shards) for browsers and Node: load it with tf.loadLayersModel.',
    fields: EXPORT_OPTIONS.tfjs.fields,
  },
  {
    type: 'keras',
    label: 'Keras',
    help: 'One .keras file for Keras 3 in Python: load it with keras.saving.load_model.',
    fields: EXPORT_OPTIONS.keras.fields,
  },
  {
    type: 'onnx',
    label: 'ONNX',
    help: 'One model.onnx for onnxruntime and whatever else reads ONNX, in Python, JavaScript, C++ and on phones.',
    fields: EXPORT_OPTIONS.onnx.fields,
  },
  {
    type: 'savedmodel',
    label: 'TensorFlow SavedModel',
    help: 'A graph with its weights for TensorFlow and TensorFlow Serving: load it with tf.saved_model.load.',
    fields: EXPORT_OPTIONS.savedmodel.fields,
  },
  {
    type: 'litert',
    label: 'LiteRT',
    help: 'One .tflite file for phones and small computers, in float32, float16 or int8: run it with LiteRT (TensorFlow Lite).',
    fields: EXPORT_OPTIONS.litert.fields,
  },
  {
    type: 'pytorch',
    label: 'PyTorch',
    help: 'model.py in plain torch and its weights as safetensors, to run and to train further.',
    fields: EXPORT_OPTIONS.pytorch.fields,
  },
  {
    type: 'rules',
    label: 'Rules of a tree',
    help: 'A born-again tree on columns as tree.json and readable rules, with programs in Python and JavaScript that need no library.',
    fields: EXPORT_OPTIONS.rules.fields,
  },
]

/** A format of layers that cannot hold a network, with the error that an export in it would end with. */
export interface ExportRefusal {
  readonly format: string
  readonly label: string
  readonly error: GraftError
}

/** The formats that can hold a model (rules only where a tree tests the columns themselves), and those that cannot. */
export function exportOffers(model: { readonly network: Network; readonly preprocessing: Preprocessing }) {
  const { network, preprocessing } = model
  const isTreeOnColumns = preprocessing.kind === 'table' && treeInput(network) === network.layers[0]?.name
  const refused = exportRefusals(network)
  const isRefused = (type: string) => refused.some(({ format }) => format === type)
  const formats = EXPORTER_VARIANTS.map(({ type }) => type).filter(
    (type) => !isRefused(type) && (type !== 'rules' || isTreeOnColumns),
  )
  return { formats, refused }
}

/** They write layers, and have not all; the others write operations. */
const FORMATS_OF_LAYERS: ReadonlySet<string> = new Set(['tfjs', 'keras'])

export function exportRefusals(network: Network): ExportRefusal[] {
  return EXPORTER_VARIANTS.filter(({ type }) => FORMATS_OF_LAYERS.has(type)).flatMap(({ type, label }) => {
    const error = refusalOf(network, label)
    return error === null ? [] : [{ format: type, label, error }]
  })
}
