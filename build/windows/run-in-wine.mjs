import { spawn } from 'node:child_process'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { run } from '../setup/process.mjs'

const LOOK_MS = 300

/**
 * Runs node.exe under Wine and resolves with its exit code. What it says goes through the file `said`, since Node cannot write to a pipe of Linux there,
 * and on to `onText` as it comes.
 * @param {import('./test-machine.mjs').TestMachine} machine
 * @param {readonly string[]} args
 * @param {{ said: string, onText?: (text: string) => void, env?: Record<string, string> }} how
 */
export async function runInWine(machine, args, { said, onText = () => undefined, env = {} }) {
  const output = openSync(said, 'w+')
  const child = spawn('wine', [machine.node, '--disable-warning=ExperimentalWarning', ...args], {
    cwd: machine.root,
    env: { ...machine.env, ...env },
    stdio: ['ignore', output, output],
  })
  const reader = tail(output, onText)
  let code
  child.once('error', () => (code = 127))
  child.once('close', (value) => (code = value ?? 1))
  while (code === undefined) {
    await wait(LOOK_MS)
    reader()
  }
  reader()
  closeSync(output)
  return code
}

/** Ends everything that runs in the prefix. */
export async function endWine(machine) {
  await run('wineserver', ['-k'], { env: machine.env })
}

/** Wine says at each start that it has no 32-bit part: nothing here is one. */
const IS_OF_WINE = /wine32|multiarch|dpkg --add-architecture|^apt-get install/

function tail(file, onText) {
  let at = 0
  let rest = Buffer.alloc(0)
  return () => {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - at))
    at += readSync(file, buffer, 0, buffer.length, at)
    const text = Buffer.concat([rest, buffer])
    const end = text.lastIndexOf(10) + 1
    rest = text.subarray(end)
    const lines = text.subarray(0, end).toString().split('\n').slice(0, -1)
    for (const line of lines) if (!IS_OF_WINE.test(line)) onText(`${line}\n`)
  }
}
