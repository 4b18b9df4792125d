import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { userCacheDir } from '../../../build/setup/context.mjs'
import { findProgram } from '../../../build/setup/process.mjs'

/** Fixed, so that figures of different days compare. */
const PACKAGES = [
  ...['keras==3.15.1', 'tensorflow-cpu==2.21.0', 'torch==2.15.0', 'torchvision==0.29.2', 'torchao==0.18.0'],
  ...['onnxruntime==1.32.0', 'onnx==1.23.2', 'onnxscript==0.7.2'],
]
const OWN = 'Set GRAFT_PEERS_PYTHON to a Python that has these packages to do without this step.'

/** Python of the environment that holds the peers (Keras, PyTorch and ONNX Runtime, where no others are named): GRAFT_PEERS_PYTHON, or one that is made once in the user's cache
 *  folder. A set-up that was broken off, or of other versions, is done again. */
export function peersPython(name = 'bench-peers', packages: readonly string[] = PACKAGES): string {
  const given = process.env['GRAFT_PEERS_PYTHON']
  if (given !== undefined) return given
  const folder = join(userCacheDir(process.env, process.platform), name)
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const ready = join(folder, 'ready')
  const wanted = packages.join('\n')
  if (existsSync(ready) && readFileSync(ready, 'utf8') === wanted) return python
  const system = findProgram('python3', process.env) ?? findProgram('python', process.env)
  if (system === undefined) throw new Error(`The peers need Python 3.10 or later with venv. ${OWN}`)
  mkdirSync(folder, { recursive: true })
  console.log(
    `Setting up ${packages.join(', ')} in ${folder}, once (PyTorch may bring libraries for GPUs: up to 4 GB) ...`,
  )
  runStep('A virtual environment', system, ['-m', 'venv', folder])
  runStep('Getting the packages', python, ['-m', 'pip', 'install', ...packages])
  writeFileSync(ready, wanted)
  return python
}

function runStep(what: string, command: string, args: readonly string[]): void {
  console.log(`${what} ...`)
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (status === 0) return
  const reason = error?.message ?? `it ended with ${status}`
  throw new Error(`${what} failed (${reason}). Run the same command again, it goes on. ${OWN}`)
}
