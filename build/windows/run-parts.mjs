import { join } from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'
import { frozenPath } from '../setup/frozen-compile.mjs'
import { tools } from '../commands/tool.mjs'
import { leftOut } from './parts.mjs'
import { runInWine } from './run-in-wine.mjs'

/** The set-up's own proofs, in node.exe: the addon adds two tensors, the kernels load. Throws SetupProblem. */
export async function proveMachine(context, machine) {
  const proofs = [
    { script: 'build/setup/addon-proof.mjs', args: [windowsPath(machine.root)], says: /^TensorFlow (\S+) added/m },
    {
      script: 'build/setup/frozen-proof.mjs',
      args: [windowsPath(frozenPath(machine.context))],
      says: /^kernels (.+)/m,
    },
  ]
  for (const { script, args, says } of proofs) {
    let text = ''
    const said = join(machine.folder, 'proof.txt')
    await runInWine(machine, [script, ...args], { said, onText: (part) => (text += part) })
    if (!says.test(text)) throw new SetupProblem(`${script} failed under Wine: ${text.trim()}`)
    context.progress.say(`Under Wine: ${says.exec(text)[0].trim()}`)
  }
}

/** Runs each part to its end, whatever the others did; returns an exit code. */
export async function runParts(context, machine, parts) {
  const failed = []
  for (const { file, why } of leftOut) context.progress.say(`Not under Wine: ${file} (${why})`)
  for (const { name, args } of parts) {
    context.progress.say(`Under Wine: ${name}`)
    const said = join(machine.folder, 'said.txt')
    // Its workers as threads: processes of their own would hand their answers through pipes.
    const code = await runInWine(machine, [tools.vitest, 'run', '--pool=threads', ...args], {
      said,
      onText: (text) => process.stdout.write(text),
    })
    if (code !== 0) failed.push(name)
  }
  if (failed.length > 0) context.progress.say(`FAILED under Wine: ${failed.join('; ')}`)
  return failed.length > 0 ? 1 : 0
}

/** Wine has Linux's whole tree as drive Z. */
function windowsPath(path) {
  return `Z:${path.replaceAll('/', '\\')}`
}
