import type { RuntimeCode } from '../exporter.ts'

/** Runs the file by its signature, in LiteRT or, where only that is installed, TensorFlow. A new shape of the input is taken as it comes. */
export function liteRtPython(file: string): RuntimeCode {
  const code = [
    'import json',
    'import os',
    '',
    'try:',
    '    from ai_edge_litert.interpreter import Interpreter',
    'except ImportError:',
    '    import tensorflow',
    '',
    '    Interpreter = tensorflow.lite.Interpreter',
    '',
    '',
    'def load(folder):',
    `    interpreter = Interpreter(model_path=os.path.join(folder, "${file}"))`,
    '    with open(os.path.join(folder, "labels.json"), encoding="utf-8") as labels:',
    '        heads = [head["name"] for head in json.load(labels)["heads"]]',
    '    return interpreter.get_signature_runner("serving_default"), heads',
    '',
    '',
    'def run(model, x):',
    '    runner, heads = model',
    '    outputs = runner(input=x)',
    '    return [outputs[head] for head in heads]',
    '',
  ]
  return { packages: ['ai-edge-litert', 'numpy'], code: code.join('\n') }
}
