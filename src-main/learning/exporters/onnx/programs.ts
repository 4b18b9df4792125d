import type { RuntimeCode } from '../exporter.ts'

/** How predict.py runs the file. */
export function onnxPython(layout: 'nhwc' | 'nchw'): RuntimeCode {
  const turned = layout === 'nchw' ? ['    # The file takes channels first.', '    x = x.transpose(0, 3, 1, 2)'] : []
  const lines = [
    'import os',
    '',
    'import numpy as np',
    'import onnxruntime',
    '',
    '',
    'def load(folder):',
    '    return onnxruntime.InferenceSession(os.path.join(folder, "model.onnx"), providers=["CPUExecutionProvider"])',
    '',
    '',
    'def run(model, x):',
    ...turned,
    '    return model.run(None, {model.get_inputs()[0].name: np.ascontiguousarray(x)})',
  ]
  return { packages: ['onnxruntime', 'numpy'], computedBy: ['onnxruntime'], code: lines.join('\n') }
}

/** How predict.mjs runs it. */
export function onnxJavaScript(layout: 'nhwc' | 'nchw'): RuntimeCode {
  const lines = [
    '// Without a network, from a package that lies there: ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node.',
    "import { join } from 'node:path'",
    "import * as onnxruntime from 'onnxruntime-node'",
    '',
    'async function load(folder) {',
    "  return onnxruntime.InferenceSession.create(join(folder, 'model.onnx'))",
    '}',
    '',
    'async function run(model, x) {',
    "  const type = x.data instanceof Uint8Array ? 'uint8' : 'float32'",
    `  const { data, shape } = ${layout === 'nchw' ? 'channelsFirst(x)' : 'x'}`,
    '  const outputs = await model.run({ [model.inputNames[0]]: new onnxruntime.Tensor(type, data, shape) })',
    '  return model.outputNames.map((name) => {',
    '    const { data: values, dims: [count, width] } = outputs[name]',
    '    return Array.from({ length: count }, (_, i) => [...values.slice(i * width, (i + 1) * width)])',
    '  })',
    '}',
    ...(layout === 'nchw' ? CHANNELS_FIRST : []),
  ]
  return { packages: ['onnxruntime-node'], computedBy: ['onnxruntime-node'], code: lines.join('\n') }
}

const CHANNELS_FIRST = [
  '',
  'function channelsFirst({ data, shape: [count, height, width, channels] }) {',
  '  const size = height * width',
  '  const turned = new data.constructor(data.length)',
  '  for (let i = 0; i < data.length; i++) {',
  '    const [place, channel] = [Math.floor(i / channels), i % channels]',
  '    turned[(Math.floor(place / size) * channels + channel) * size + (place % size)] = data[i]',
  '  }',
  '  return { data: turned, shape: [count, channels, height, width] }',
  '}',
]
