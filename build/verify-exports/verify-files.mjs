import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { nodeEnvironment, pinnedNode } from '../setup/context.mjs'
import { SetupProblem } from '../setup/problem.mjs'
import { run } from '../setup/process.mjs'
import { compareAnswers, ownAnswers } from './answers.mjs'
import { runInto } from './run-into.mjs'

const BASE = 'efficientnet-lite0'
/** An answer of a shipped program may be so far from Graft's, and never another class. */
const GOAL = 0.01

/** Runs predict.py and predict.mjs of every format on files of many kinds and compares their answers with those of `graft predict`. */
export async function verifyFiles(context, pythons) {
  const parent = join(context.stateDir, 'verify-exports')
  mkdirSync(parent, { recursive: true })
  const root = mkdtempSync(join(parent, 'files-'))
  const node = (script, ...args) =>
    run(pinnedNode(context), ['--disable-warning=ExperimentalWarning', script, ...args], { cwd: context.root, env: nodeEnvironment(context) }) // prettier-ignore
  try {
    await sure(node(join(context.root, 'build', 'verify-exports', 'write-programs.mjs'), root, BASE))
    const photographs = join(root, 'photographs')
    const csv = join(root, 'own.csv')
    const main = join(context.root, 'src-main', 'hosts', 'cli', 'main.ts')
    const workspace = ['--workspace', join(root, 'workspace')]
    await sure(node(main, 'dataset', 'import', photographs, '--name', 'photographs', ...workspace))
    await sure(node(main, 'predict', BASE, photographs, '--csv', csv, ...workspace))
    const own = ownAnswers(csv)
    const [lines, problems] = [[], []]
    for (const name of readdirSync(join(root, 'exports'))) {
      const folder = join(root, 'exports', name)
      for (const found of await programs(context, pythons, { folder, photographs, own })) {
        const { program, words } = found
        lines.push(`| ${[name.replace(' ', ' | '), program, words, found.files, number(found.largest), share(found.same)].join(' | ')} |`) // prettier-ignore
        const isFar = !(found.largest <= GOAL) || found.same < 1
        problems.push(...[...found.problems, ...(isFar ? ['answers differ'] : [])].map((each) => `${name}, ${program}: ${each}`)) // prettier-ignore
      }
    }
    return { lines: lines.sort(), problems }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function programs(context, pythons, { folder, photographs, own }) {
  const answers = join(folder, 'answers.json')
  const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8'))
  const found = []
  for (const python of facts.python === undefined ? [] : pythons) {
    const probe = await run(python, ['-c', PROBE, 'pillow', ...facts.python], { env: context.env })
    if (probe.code !== 0) continue
    const { errors } = await runInto(answers, python, [join(folder, 'predict.py'), photographs, '--json'], { env: context.env }) // prettier-ignore
    found.push({ program: 'predict.py', words: lastLine(probe.output), ...answersIn(answers, errors, own) })
    break
  }
  if (facts.javascript?.every((name) => isHere(context, name))) {
    const { errors } = await runInto(answers, pinnedNode(context), [join(folder, 'predict.mjs'), photographs, '--json'], { env: context.env }) // prettier-ignore
    found.push({ program: 'predict.mjs', words: facts.javascript[0], ...answersIn(answers, errors, own) })
  }
  return found
}

const PROBE = `import importlib.util, importlib.metadata, sys
names = [name.split(">")[0] for name in sys.argv[1:]]
assert all(importlib.util.find_spec({"pillow": "PIL"}.get(name, name.replace("-", "_"))) for name in names)
own = importlib.metadata.packages_distributions()[names[1].replace("-", "_")][0]
print(names[1], importlib.metadata.version(own))`

function isHere(context, name) {
  return readdirSync(join(context.root, 'node_modules', ...name.split('/').slice(0, -1))).includes(name.split('/').at(-1)) // prettier-ignore
}

function answersIn(file, errors, own) {
  try {
    return compareAnswers(own, JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { files: 0, largest: Infinity, same: 0, problems: [lastLine(errors)] }
  }
}

async function sure(running) {
  const { code, output } = await running
  if (code !== 0) throw new SetupProblem(lastLine(output))
}

const lastLine = (text) => text.trim().split('\n').at(-1) ?? ''
const number = (value) => (value === 0 || value === Infinity ? String(value) : value.toExponential(0))
const share = (value) => `${(100 * value).toFixed(1)} %`
