import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compileObjects } from '../../build/setup/compile-objects.mjs'
import { findCompiler, runCompiler } from '../../build/setup/compiler.mjs'
import type { SetupContext } from '../../build/setup/context.mjs'
import { frozenSources, hashFrozenSources } from '../../build/setup/frozen-compile.mjs'

const RUNNER = fileURLToPath(new URL('run-programs.cc', import.meta.url))

/** The kernels and what runs them (run-programs.cc) as a program under these sanitisers; kept in .graft until a source changes. Its path. */
export async function buildRunner(context: SetupContext, sanitisers: string): Promise<string> {
  const sources = createHash('sha256').update(hashFrozenSources(context)).update(readFileSync(RUNNER)).digest('hex')
  const folder = join(context.stateDir, 'sanitise', sanitisers)
  const program = join(folder, sources)
  if (existsSync(program)) return program
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const compiler = findCompiler(context)
  if (compiler === undefined)
    throw new Error('Expected a C++ compiler with sanitisers. Received: none on this machine.')
  const cwd = join(context.root, 'build', 'addon')
  const shared = ['-g', '-pthread', `-fsanitize=${sanitisers}`]
  const flags = ['-std=c++17', '-O1', '-ffp-contract=off', '-fno-omit-frame-pointer', '-I.', ...shared]
  const kernels = frozenSources(context).filter((name) => dirname(name) === 'frozen')
  const onDone = (done: number) => console.log(`  ${sanitisers}: ${done} of ${kernels.length + 1} files`)
  const objects = await compileObjects(context, { compiler, flags, sources: [...kernels, RUNNER], cwd, folder, onDone })
  const linked = await runCompiler(context, compiler, [...shared, ...objects, '-o', `${program}.tmp`], cwd)
  if (linked.code !== 0) throw new Error(linked.output)
  renameSync(`${program}.tmp`, program)
  return program
}
