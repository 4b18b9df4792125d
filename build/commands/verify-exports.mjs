// npm run verify:exports [-- FILTER ...] [--files] [--write]: writes every network of build/verify-exports/networks.mjs in every format and with every
// choice of its options, runs the files in their own runtimes and compares the outputs with Graft's; then the programs beside an export on files of
// many kinds. FILTER: a part of a network's name, and no programs; --files: the programs alone. --write puts the rows into docs/exports.md. Needs the network
// once, for the packages (into the user's cache folder), or GRAFT_EXPORTS_PYTHON.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { nodeEnvironment, pinnedNode } from '../setup/context.mjs'
import { SetupProblem, runCommand } from '../setup/problem.mjs'
import { run } from '../setup/process.mjs'
import { setUp } from '../setup/set-up.mjs'
import { NETWORKS } from '../verify-exports/networks.mjs'
import { pythonsWithAll } from '../verify-exports/pythons.mjs'
import { faults, TABLES, tableRows, writeRows } from '../verify-exports/table.mjs'
import { verifyFiles } from '../verify-exports/verify-files.mjs'

await runCommand(async () => {
  const context = await setUp({ window: false })
  const options = process.argv.slice(2)
  const wanted = options.filter((word) => !word.startsWith('--'))
  const isWanted = (name) => wanted.some((part) => name.toLowerCase().includes(part.toLowerCase()))
  const isFilesOnly = options.includes('--files')
  const names = isFilesOnly ? [] : Object.keys(NETWORKS).filter((name) => wanted.length === 0 || isWanted(name))
  if (names.length === 0 && !isFilesOnly) throw new SetupProblem(`No network is called so: ${wanted.join(', ')}. There are: ${Object.keys(NETWORKS).join(', ')}.`) // prettier-ignore
  const pythons = await pythonsWithAll(context)
  const failed = []
  const tell = (table, { lines, problems }) => {
    process.stdout.write(`${[...lines, ...problems.map((each) => `  FAILS: ${each}`)].join('\n')}\n`)
    failed.push(...problems)
    if (options.includes('--write')) writeRows(join(context.root, 'docs', 'exports.md'), table, lines)
  }
  for (const name of names) tell(TABLES.exports, await verify(context, pythons, name))
  if (wanted.length === 0) tell(TABLES.files, await verifyFiles(context, pythons))
  process.stdout.write(`${failed.length} faults.\n${failed.join('\n')}\n`)
  return failed.length === 0 ? 0 : 1
})

/** One network at a time: its files are gone before the next is written. */
async function verify(context, pythons, name) {
  // Inside the checkout, so that programs in JavaScript find its packages.
  const parent = join(context.stateDir, 'verify-exports')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'exports-'))
  const tools = join(context.root, 'build', 'verify-exports')
  const node = (script, ...args) =>
    run(pinnedNode(context), ['--disable-warning=ExperimentalWarning', join(tools, script), folder, ...args], {
      cwd: context.root,
      env: nodeEnvironment(context),
    })
  try {
    const written = await node('write-exports.mjs', name)
    if (written.code !== 0) return { lines: [], problems: [lastLine(written.output)] }
    const [own] = linesOf(written.output)
    const runs = [await node('run-exports.mjs')]
    for (const python of pythons)
      runs.push(await run(python, [join(tools, 'run_exports.py'), folder], { env: context.env }))
    const broken = runs.filter(({ code }) => code !== 0).map(({ output }) => lastLine(output))
    // Two Pythons may have the same runtime.
    const found = new Map(runs.flatMap(({ output }) => linesOf(output)).map((line) => [`${line.folder} ${line.runtime}`, line])) // prettier-ignore
    const exports = [...found.values()].map((line) => ({ ...factsOf(folder, line), ...line }))
    const problems = [...broken, ...exports.flatMap(faults)].map((each) => `${name}: ${each}`)
    return { lines: tableRows(name, exports, own.milliseconds), problems }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function factsOf(folder, found) {
  return JSON.parse(readFileSync(join(folder, found.folder, 'facts.json'), 'utf8'))
}

function linesOf(output) {
  return output.split('\n').flatMap((line) => (line.startsWith('{"') ? [JSON.parse(line)] : []))
}

function lastLine(output) {
  return output.trim().split('\n').at(-1) ?? ''
}
