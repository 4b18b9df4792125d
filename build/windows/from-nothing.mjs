import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../setup/context.mjs'
import { findProgram, run } from '../setup/process.mjs'
import { SetupProblem } from '../setup/problem.mjs'
import { makeWindows, pinNode } from './prefix.mjs'

const LOOK_MS = 1000
const WALK = fileURLToPath(new URL('../../test/support/drive-windows.ts', import.meta.url))

/**
 * `npm run test:windows -- --from-nothing`: from there to a model that was trained and exported in the window, which Linux's browser shows. What was seen
 * (walk.json, pictures, what npm said) stays in .graft/from-nothing; resolves with the exit code.
 */
export async function proveFromNothing(context) {
  const folder = join(context.stateDir, 'from-nothing')
  rmSync(folder, { recursive: true, force: true })
  const { address, end, tookMs } = await startFromNothing(context, folder)
  try {
    context.progress.say(`Graft is up under Wine after ${Math.round(tookMs / 1000)} s.`)
    const walk = await run(pinnedNode(context), ['--disable-warning=ExperimentalWarning', WALK, address, folder], {
      env: context.env,
    })
    context.progress.say(walk.code === 0 ? readFileSync(join(folder, 'walk.json'), 'utf8') : walk.output)
    return walk.code
  } finally {
    await end()
  }
}

/**
 * A fresh Windows under Wine with Node and Python and nothing else, a fresh clone of this checkout in it, and `npm start -- --no-open`: resolves when Graft
 * says where it is, with that address, how long it took and how to end it. What it said is in `folder`/start.txt.
 * Throws SetupProblem when the command ends before.
 */
export async function startFromNothing(context, folder) {
  const windows = await makeWindows(context, folder)
  const checkout = join(windows.drive, 'graft')
  await clone(context, checkout)
  const said = join(folder, 'start.txt')
  const began = performance.now()
  // Node cannot write to a pipe of Linux under Wine: into a file.
  const output = openSync(said, 'w')
  const npm = 'C:\\nodejs\\node_modules\\npm\\bin\\npm-cli.js'
  const child = spawn('wine', ['C:\\nodejs\\node.exe', npm, 'start', '--', '--no-open'], {
    ...{ cwd: checkout, env: windows.env, stdio: ['ignore', output, output] },
  })
  closeSync(output)
  const end = () => run('wineserver', ['-k'], { env: windows.env })
  const address = await waitForAddress(child, said, context).catch(async (error) => {
    await end()
    throw error
  })
  return { ...windows, checkout, address, end, tookMs: performance.now() - began }
}

/** What git has of this checkout, as someone would clone it, with the Node that runs in Wine. */
async function clone(context, checkout) {
  rmSync(checkout, { recursive: true, force: true })
  mkdirSync(checkout)
  const git = findProgram('git', context.env)
  if (!git) throw new SetupProblem('git is missing on this machine: install it.')
  const result = await run(git, ['clone', '--quiet', '--depth=1', `file://${context.root}`, checkout], {
    env: context.env,
  })
  if (result.code !== 0) throw new SetupProblem(`The checkout could not be cloned: ${result.output.trim()}`)
  for (const name of ['package.json', 'package-lock.json']) {
    const path = join(checkout, name)
    writeFileSync(path, pinNode(readFileSync(path, 'utf8')))
  }
}

async function waitForAddress(child, said, context) {
  let ended
  child.once('close', (code) => (ended = code ?? 1))
  let shown = 0
  for (;;) {
    const text = existsSync(said) ? readFileSync(said, 'utf8') : ''
    for (const line of text.slice(shown).split('\n').slice(0, -1)) context.progress.say(`  ${line.trimEnd()}`)
    shown = text.lastIndexOf('\n') + 1
    const [address] = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(text) ?? []
    if (address) return address
    if (ended !== undefined) throw new SetupProblem(`npm start ended with ${ended} (${said}).`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
}
