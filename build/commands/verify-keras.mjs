// npm run verify:keras: exports every architecture and the shipped base model, loads the files with real Keras and compares
// the outputs. Needs the network once, for Keras (into .graft/keras, or the virtual environment that GRAFT_KERAS names).
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupProblem, runCommand } from '../setup/problem.mjs'
import { findProgram, run } from '../setup/process.mjs'
import { setUp } from '../setup/set-up.mjs'
import { runTool } from './tool.mjs'

const PACKAGES = ['keras==3.15.1', 'tensorflow-cpu==2.21.0', 'h5py']

await runCommand(async () => {
  const context = await setUp({ window: false })
  const python = await pythonWithKeras(context)
  const folder = mkdtempSync(join(tmpdir(), 'graft-keras-'))
  try {
    context.progress.say('Exporting the models ...')
    const made = await runTool(context, join('test', 'support', 'make-keras-exports.ts'), [folder])
    if (made !== 0) return made
    const compared = await run(python, [join(context.root, 'build', 'verify-keras', 'compare.py'), folder], {
      env: context.env,
    })
    const lines = compared.output.split('\n').filter((line) => /^Keras|difference|within|Error/.test(line))
    process.stdout.write(`${lines.join('\n')}\n`)
    return compared.code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function pythonWithKeras(context) {
  const venv = context.env.GRAFT_KERAS ?? join(context.root, '.graft', 'keras')
  const python = process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python')
  if (existsSync(python) && (await run(python, ['-c', 'import keras, tensorflow, h5py'])).code === 0) return python
  const system = findProgram('python3', context.env) ?? findProgram('python', context.env)
  if (!system) throw new SetupProblem('Keras needs Python 3.10 or later: install it and run the same command again.')
  context.progress.say('Getting Keras and TensorFlow (about 300 MB, once) ...')
  for (const [program, args] of [
    [system, ['-m', 'venv', venv]],
    [python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES]],
  ]) {
    const { code, output } = await run(program, args, { env: context.env })
    if (code !== 0) throw new SetupProblem(`Keras could not be installed: ${output.trim().split('\n').at(-1)}`)
  }
  return python
}
