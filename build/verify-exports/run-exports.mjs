// Runs the exports below a folder in the runtimes that Node has, and LayersModels in a browser: node run-exports.mjs FOLDER
// Prints lines as run_exports.py does.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readAllFloat32 } from '../../src-main/learning/weights/safetensors.ts'
import { runInBrowser } from './browser.mjs'
import { medianMilliseconds } from './median-milliseconds.mjs'

const [root] = process.argv.slice(2)
const inputs = readAllFloat32(join(root, 'inputs.safetensors'))
const { resolve } = createRequire(import.meta.url)

for (const name of readdirSync(root)) {
  const folder = join(root, name)
  if (!existsSync(join(folder, 'facts.json'))) continue
  const facts = JSON.parse(readFileSync(join(folder, 'facts.json'), 'utf8'))
  if (facts.format === 'tfjs') await report(name, 'Chromium', () => runInBrowser(folder, inputOf(facts)), facts)
  if (facts.javascript === null || !facts.javascript.every(isHere)) continue
  await report(name, facts.javascript[0], () => runHere(folder, inputOf(facts), facts), facts)
}

function isHere(name) {
  try {
    resolve(name)
    return true
  } catch {
    return false
  }
}

function inputOf({ takesPixels }) {
  return inputs.get(takesPixels ? 'pixels' : 'prepared')
}

async function runHere(folder, { shape, values }, { takesPixels }) {
  const { load, run } = await import(pathToFileURL(join(folder, 'runtime.mjs')))
  const model = await load(folder)
  const typed = (part) => (takesPixels ? Uint8Array.from(part) : part)
  const answers = await run(model, { data: typed(values), shape })
  const one = { data: typed(values.slice(0, values.length / shape[0])), shape: [1, ...shape.slice(1)] }
  return { answers: answers.map((rows) => rows.flat()), milliseconds: await medianMilliseconds(() => run(model, one)) }
}

async function report(folder, runtime, call, facts) {
  const found = await call().then(
    ({ answers, milliseconds }) => ({
      difference: largestDifference(answers, facts.heads),
      milliseconds,
      problems: [],
    }),
    (error) => ({ problems: [String(error.message).split('\n')[0]] }),
  )
  console.log(JSON.stringify({ folder, runtime, ...found }))
}

function largestDifference(answers, heads) {
  let largest = 0
  for (let head = 0; head < heads; head++) {
    const { values } = inputs.get(`y${head}`)
    if (answers[head]?.length !== values.length) throw new Error(`${answers[head]?.length} values for ${values.length}`)
    values.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - answers[head][i]))))
  }
  return largest
}
