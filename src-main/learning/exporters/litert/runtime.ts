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
  return { packages: ['ai-edge-litert', 'numpy'], computedBy: ['ai-edge-litert', 'tensorflow'], code: code.join('\n') }
}

/** LiteRT has no build for Node. Its web build runs there all the same, once it is handed its script as a worker of a page would be; what it says
 *  about graphics cards that it does not find is kept quiet. */
export function liteRtJavaScript(file: string): RuntimeCode {
  const lines = [
    "import { readFileSync } from 'node:fs'",
    "import { createRequire } from 'node:module'",
    "import { join } from 'node:path'",
    "import { fileURLToPath } from 'node:url'",
    "import { getGlobalLiteRtPromise, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core'",
    '',
    'async function load(folder) {',
    '  await (getGlobalLiteRtPromise() ?? start())',
    `  const bytes = new Uint8Array(readFileSync(join(folder, '${file}')))`,
    "  const { heads } = JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8'))",
    "  return { compiled: await loadAndCompile(bytes, { accelerator: 'wasm' }), names: heads.map(({ name }) => name) }",
    '}',
    '',
    '// LiteRT has no build for Node: its web build gets its script as a worker of a page would.',
    'async function start() {',
    "  const wasm = fileURLToPath(new URL('../wasm/', import.meta.resolve('@litertjs/core')))",
    '  globalThis.self ??= globalThis',
    '  globalThis.importScripts = (path) => {',
    "    const script = `${readFileSync(path, 'utf8')}\\nreturn ModuleFactory`",
    "    globalThis.ModuleFactory = new Function('require', '__filename', '__dirname', script)(createRequire(path), path, wasm)",
    '  }',
    '  globalThis.Module = { printErr: () => {}, locateFile: (name) => join(wasm, name) }',
    '  const { warn } = console',
    '  console.warn = () => {}',
    '  await loadLiteRt(wasm).finally(() => {',
    '    console.warn = warn',
    '    delete globalThis.importScripts',
    '  })',
    '}',
    '',
    '// One by one: this runtime keeps the batch that the file was written with.',
    'async function run({ compiled, names }, { data, shape: [count, ...shape] }) {',
    '  const heads = names.map(() => [])',
    '  const size = data.length / count',
    '  for (let i = 0; i < count; i++) {',
    '    const input = new Tensor(data.slice(i * size, (i + 1) * size), [1, ...shape])',
    '    const outputs = await compiled.run({ input })',
    '    for (const [head, name] of names.entries()) heads[head].push([...(await outputs[name].data())])',
    '    for (const tensor of [input, ...Object.values(outputs)]) tensor.delete()',
    '  }',
    '  return heads',
    '}',
  ]
  return { packages: ['@litertjs/core'], computedBy: ['@litertjs/core'], code: lines.join('\n') }
}
