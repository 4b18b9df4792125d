// npm run verify:imports [-- FILTER ...] [--write]: builds every network of rows.mjs in its own program with random weights, writes it in every
// format that it has there, imports it and compares numbers; FILTER: a part of `program name`. --write puts the rows into docs/imports.md. Needs the
// network once, for the packages (into the user's cache folder), or GRAFT_IMPORTS_PYTHON, a Python that has them.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeEnvironment, pinnedNode } from '../setup/context.mjs'
import { SetupProblem, runCommand } from '../setup/problem.mjs'
import { findProgram, run } from '../setup/process.mjs'
import { setUp } from '../setup/set-up.mjs'
import { ROWS } from '../verify-imports/rows.mjs'
import { tableRow, writeRows } from '../verify-imports/table.mjs'
import { faults } from '../verify-imports/verdict.mjs'

await runCommand(async () => {
  const context = await setUp({ window: false })
  const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const isWanted = ({ program, name }) =>
    wanted.length === 0 || wanted.some((part) => `${program} ${name}`.toLowerCase().includes(part.toLowerCase()))
  const rows = ROWS.filter(isWanted)
  if (rows.length === 0) throw new SetupProblem(`No network is called so: ${wanted.join(', ')}.`)
  const python = await pythonWithAll(context)
  const [done, failed] = [[], []]
  for (const row of rows) {
    const { found, problems } = await compare(context, python, row)
    if (found !== null) done.push(tableRow(row, found))
    process.stdout.write(
      `${found === null ? `${row.program} ${row.name}` : done.at(-1)}${problems.length > 0 ? ` FAILS: ${problems.join('; ')}` : ''}\n`,
    )
    if (problems.length > 0) failed.push(`${row.program} ${row.name}: ${problems.join('; ')}`)
    if (process.argv.includes('--write') && found !== null) writeRows(join(context.root, 'docs', 'imports.md'), done)
  }
  process.stdout.write(
    `${done.length} of ${rows.length} networks compared, ${failed.length} too far off.\n${failed.join('\n')}\n`,
  )
  return failed.length === 0 ? 0 : 1
})

/** One network at a time: its files are gone before the next is made. */
async function compare(context, python, row) {
  const folder = mkdtempSync(join(tmpdir(), 'graft-imports-'))
  const tools = join(context.root, 'build', 'verify-imports')
  const script = row.program.endsWith('keras') ? 'keras' : row.program === 'onnx' ? 'onnx' : 'torch'
  try {
    const made = await run(
      python,
      [join(tools, `${script}-families.py`), folder, row.program, row.name, String(row.side)],
      { env: context.env },
    )
    if (made.code !== 0) return { found: null, problems: [lastLine(made.output)] }
    const node = pinnedNode(context)
    const args = ['--disable-warning=ExperimentalWarning', join(tools, 'compare-import.mjs'), folder, String(row.side)]
    const { code, output } = await run(node, args, { cwd: context.root, env: nodeEnvironment(context) })
    const line = output.split('\n').find((each) => each.startsWith('{"family"'))
    if (code !== 0 || line === undefined) return { found: null, problems: [errorIn(output)] }
    const found = JSON.parse(line)
    return { found, problems: faults(found) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? ''
}

function errorIn(output) {
  return output.split('\n').find((line) => /Error/.test(line)) ?? lastLine(output)
}

async function pythonWithAll(context) {
  if (context.env.GRAFT_IMPORTS_PYTHON) return context.env.GRAFT_IMPORTS_PYTHON
  const wanted = join(context.root, 'build', 'verify-imports', 'requirements.txt')
  const folder = join(context.cacheDir, 'verify-imports')
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python')
  const ready = join(folder, 'ready')
  if (existsSync(ready) && readFileSync(ready, 'utf8') === readFileSync(wanted, 'utf8')) return python
  const system = findProgram('python3', context.env) ?? findProgram('python', context.env)
  if (!system) throw new SetupProblem('Keras and PyTorch need Python 3.11 or later: install it and run the same command again.') // prettier-ignore
  context.progress.say('Getting Keras, TensorFlow and PyTorch (7.5 GB on disk under Linux, several minutes, once) ...')
  mkdirSync(folder, { recursive: true })
  for (const [program, args] of [
    [system, ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '-r', wanted]],
  ]) {
    const { code, output } = await run(program, args, { env: context.env })
    if (code !== 0) throw new SetupProblem(`The packages could not be installed: ${lastLine(output)}`)
  }
  writeFileSync(ready, readFileSync(wanted, 'utf8'))
  return python
}
