import { join } from 'node:path'
import { SetupProblem } from './problem.mjs'
import { run } from './process.mjs'

/** What every source of an addon is compiled with. */
export function compileArguments(context) {
  const visible = context.platform === 'win32' ? [] : ['-fPIC', '-pthread']
  return ['-std=c++17', '-DNAPI_VERSION=8', ...visible, `-I${join(headers(context), 'include')}`]
}

/**
 * What makes an addon of it that finds Node’s functions in the process that loads it. On Windows that takes an import library, made in `folder` from
 * the list that Node's headers bring. Throws SetupProblem.
 */
export async function linkArguments(context, compiler, folder) {
  if (context.platform === 'darwin') return ['-bundle', '-undefined', 'dynamic_lookup']
  // Without the names of what only a debugger needs, and without a file of them beside it: both name folders of this machine.
  if (context.platform === 'win32') return ['-shared', '-s', await nodeLibrary(context, compiler, folder)]
  return ['-pthread', '-shared', compiler.isKept ? '-s' : '-Wl,--no-undefined-version']
}

async function nodeLibrary(context, compiler, folder) {
  const library = join(folder, `node.${process.pid}.lib`)
  const definitions = join(headers(context), 'def', 'node_api.def')
  const args = ['dlltool', '-m', 'i386:x86-64', '-d', definitions, '-l', library]
  const result = await run(compiler.path, args, { env: { ...context.env, ...compiler.env } })
  if (result.code === 0) return library
  throw new SetupProblem(
    `${compiler.path} could not make a library of Node’s functions (${firstError(result.output)})`,
    {
      cause: new Error(result.output),
    },
  )
}

function headers(context) {
  return join(context.root, 'node_modules', 'node-api-headers')
}

/** The line of a compiler's words that says what is wrong. */
export function firstError(output) {
  const reason = output.split('\n').find((line) => /error/i.test(line)) ?? output.trim().split('\n').at(-1) ?? ''
  return reason.trim()
}
