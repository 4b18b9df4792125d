import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileObjects } from '../../build/setup/compile-objects.mjs'
import { projectRoot } from '../../build/setup/context.mjs'
import { compileFrozen, frozenSources } from '../../build/setup/frozen-compile.mjs'
import { machine, program, realProgram, temporaryFolder, writeFiles } from './support.ts'

/** The system's own compiler. */
const own = (bin: string) => ({ path: join(bin, 'c++'), args: [], env: {}, isKept: false })

const SOURCES = ['a.cc', 'b/a.cc', 'c.cc', 'd.cc', 'e.cc']
const WRITE = 'for a in "$@"; do [ "$last" = -o ] && touch "$a"; last="$a"; done'

/** A machine whose compiler notes when it begins and ends, and does `work` for a source. */
function compiling(work: string) {
  const m = machine()
  for (const name of ['touch', 'sleep', 'cat']) realProgram(m.bin, name)
  const log = join(m.bin, 'log')
  writeFileSync(log, '')
  program(m.bin, 'c++', `echo begin >> ${log}; ${work}; echo end >> ${log}; exit 0`)
  const folder = temporaryFolder()
  const compile = (jobs: number, onDone: (done: number) => void = () => undefined) =>
    compileObjects(m, { compiler: own(m.bin), flags: [], sources: SOURCES, cwd: folder, folder, jobs, onDone })
  return { compile, folder, log: () => readFileSync(log, 'utf8').trim().split('\n') }
}

/** The most that were at work at a time. */
function most(log: readonly string[]): number {
  let [now, highest] = [0, 0]
  for (const line of log) highest = Math.max(highest, (now += line === 'begin' ? 1 : -1))
  return highest
}

test('as many are compiled at a time as was said, each to an object of its own, and each is told of', async () => {
  const { compile, folder, log } = compiling(`sleep 0.3; ${WRITE}`)
  const told: number[] = []
  const objects = await compile(3, (done) => told.push(done))
  expect(most(log())).toBe(3)
  expect(objects).toEqual(['a.cc.o', 'b-a.cc.o', 'c.cc.o', 'd.cc.o', 'e.cc.o'].map((name) => join(folder, name)))
  expect(objects.every((object) => existsSync(object))).toBe(true)
  expect(told).toEqual([1, 2, 3, 4, 5])
})

test('one that fails is named, and nothing begins after it', async () => {
  const { compile, log } = compiling(
    `case "$*" in *b/a.cc*) echo "x.h:3: error: no such type" >&2; exit 1;; esac; ${WRITE}`,
  )
  await expect(compile(1)).rejects.toThrow(/c\+\+ could not build b\/a\.cc \(x\.h:3: error: no such type\)$/)
  expect(log()).toEqual(['begin', 'end', 'begin'])
})

test('a compiler that says it is done without an object is not believed', async () => {
  await expect(compiling('true').compile(1)).rejects.toThrow(/could not build a\.cc/)
})

test('kernels, which take longest, come first', () => {
  const m = machine()
  const names = ['a.cc', 'frozen/int8_avx512.cc', 'frozen/int8_avxvnni.cc', 'frozen/kernels.h', 'z.cc']
  writeFiles(m.root, Object.fromEntries(names.map((name) => [`build/addon/${name}`, ''])))
  expect(frozenSources(m)).toEqual(['frozen/int8_avx512.cc', 'frozen/int8_avxvnni.cc', 'a.cc', 'z.cc'])
})

/** A checkout with two sources, and a set-up of it in a process of its own, which compiles one and waits with the other. */
async function stoppedWhileCompiling(signal: NodeJS.Signals) {
  const m = machine()
  for (const name of ['touch', 'sleep']) realProgram(m.bin, name)
  writeFiles(m.root, { 'build/addon/a.cc': '', 'build/addon/b.cc': '' })
  mkdirSync(join(m.root, 'node_modules'))
  symlinkSync(join(projectRoot, 'node_modules/node-api-headers'), join(m.root, 'node_modules/node-api-headers'))
  program(m.bin, 'c++', `${WRITE}; case "$*" in *b.cc*) exec sleep 20;; esac`)
  const output = join(temporaryFolder(), 'kernels.node')
  const options = JSON.stringify({ root: m.root, env: m.env })
  const call = JSON.stringify({ compiler: own(m.bin), output })
  const script = join(m.bin, 'compile.mjs')
  const setup = join(projectRoot, 'build/setup')
  writeFileSync(
    script,
    `import { createContext } from '${setup}/context.mjs'
     import { compileFrozen } from '${setup}/frozen-compile.mjs'
     import { stopCleanly } from '${setup}/interrupt.mjs'
     stopCleanly()
     await compileFrozen(createContext(${options}), { ...${call}, onDone: () => process.stdout.write('one is done') })`,
  )
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  child.kill(signal)
  await once(child, 'close')
  return { m, output, folder: join(output, '..') }
}

test('stopped in between, nothing is left behind', async () => {
  const { folder } = await stoppedWhileCompiling('SIGTERM')
  expect(readdirSync(folder)).toEqual([])
})

test('killed in between, what is left goes with the next time', async () => {
  const { m, output, folder } = await stoppedWhileCompiling('SIGKILL')
  expect(readdirSync(folder)).toEqual(['kernels.node.tmp'])
  program(m.bin, 'c++', WRITE)
  await compileFrozen(m, { compiler: own(m.bin), output })
  expect(readdirSync(folder)).toEqual(['kernels.node'])
})
