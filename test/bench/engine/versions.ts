import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { TENSORFLOW_VERSION } from '../../../build/setup/tensorflow-table.mjs'

const CODE = `import importlib.metadata as m, json
try:
    tensorflow = m.version("tensorflow-cpu")
except m.PackageNotFoundError:
    tensorflow = m.version("tensorflow")
named = {"Keras": "keras", "PyTorch": "torch", "torchao": "torchao", "ONNX Runtime": "onnxruntime"}
print(json.dumps({"TensorFlow of Keras": tensorflow} | {name: m.version(package) for name, package in named.items()}))`

/** Versions of what is compared, for the report. */
export function versionsOf(python: string | null): Record<string, string> {
  const { version } = createRequire(import.meta.url)('@tensorflow/tfjs-node/package.json') as { version: string }
  const own = { Node: process.versions.node, 'tfjs-node': version, TensorFlow: TENSORFLOW_VERSION }
  if (python === null) return own
  const { status, stdout, stderr, error } = spawnSync(python, ['-c', CODE], { encoding: 'utf8' })
  if (status !== 0) {
    const reason = error?.message ?? stderr.trim().split('\n').at(-1)
    throw new Error(
      `Expected a Python with Keras, TensorFlow, PyTorch, torchao and ONNX Runtime. Received: ${python} (${reason}).`,
    )
  }
  return { ...own, ...(JSON.parse(stdout) as Record<string, string>) }
}
