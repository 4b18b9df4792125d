import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'
import { findProgram, run } from '../setup/process.mjs'

const OLD_KERAS = 'keras==3.5.0'

/** The Pythons that exports are run in: those of GRAFT_EXPORTS_PYTHON, or one with all runtimes and one that has the oldest Keras in its place. */
export async function pythonsWithAll(context) {
  const given = context.env.GRAFT_EXPORTS_PYTHON
  if (given) return given.split(delimiter)
  const wanted = join(context.root, 'build', 'verify-exports', 'requirements.txt')
  const newest = await environment(context, 'verify-exports', ['-r', wanted], readFileSync(wanted, 'utf8'))
  const old = await environment(context, 'verify-exports-old', ['--no-deps', OLD_KERAS], OLD_KERAS)
  // What the old Keras needs is that of the other.
  writeFileSync(join(packagesOf(old.folder), 'others.pth'), `${packagesOf(newest.folder)}\n`)
  return [newest.python, old.python]
}

async function environment(context, name, packages, mark) {
  const folder = join(context.cacheDir, name)
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
  const ready = join(folder, 'ready')
  if (existsSync(ready) && readFileSync(ready, 'utf8') === mark) return { folder, python }
  const system = findProgram('python3', context.env) ?? findProgram('python', context.env)
  if (!system) throw new SetupProblem('The runtimes of exports need Python 3.11 or later: install it and run the same command again.') // prettier-ignore
  context.progress.say(`Getting what exports are run with into ${name} (several GB, once) ...`)
  mkdirSync(folder, { recursive: true })
  for (const [program, args] of [
    [system, ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', ...packages]],
  ]) {
    const { code, output } = await run(program, args, { env: context.env })
    if (code !== 0) throw new SetupProblem(`The packages could not be installed: ${output.trim().split('\n').at(-1)}`)
  }
  writeFileSync(ready, mark)
  return { folder, python }
}

function packagesOf(folder) {
  if (process.platform === 'win32') return join(folder, 'Lib', 'site-packages')
  const lib = join(folder, 'lib')
  return join(lib, readdirSync(lib).find((name) => name.startsWith('python3')), 'site-packages') // prettier-ignore
}
