import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log, Ports, RandomSource, Sources, TrainerLauncher } from '../../base/ports.ts'
import { GraftError } from '../../contract/errors.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Ids that can be read aloud: base 32 without look-alikes. */
const cryptoRandom: RandomSource = {
  id: (length) => Array.from(randomBytes(length), (byte) => ALPHABET[byte % 32]).join(''),
}

/** Per-user folder for settings, recents and sample workspaces. */
export function userFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.GRAFT_USER_FOLDER) return resolve(env.GRAFT_USER_FOLDER)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Graft')
  if (process.platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Graft')
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'graft')
}

export function resourcesFolder(): string {
  return join(ROOT, 'resources')
}

export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}

/** Log lines on standard error: standard output belongs to results. */
export function stderrLog(verbose: boolean): Log {
  const write = (level: string, text: string, details?: Record<string, unknown>): void => {
    process.stderr.write(`${level} ${text}${details ? ` ${JSON.stringify(details)}` : ''}\n`)
  }
  return {
    info: (text, details) => verbose && write('info', text, details),
    warn: (text, details) => write('warn', text, details),
    error: (text, details) => write('error', text, details),
  }
}

/** Sources are paths on this computer; `~` and relative paths are taken as a shell would. What is to be made needs a whole path:
 *  a name alone would land wherever the host was started. */
export const pathSources: Sources = {
  resolve(source) {
    const path = withHome(source)
    const absolute = isAbsolute(path) ? path : resolve(path)
    if (existsSync(absolute)) return absolute
    throw new GraftError('E_SOURCE_PATH', `Expected an existing file or folder. Received: ${source}`, {
      fix: 'Check the spelling, or choose the file or folder again.',
    })
  },
  destination(source) {
    const path = withHome(source)
    return isAbsolute(path) ? resolve(path) : pathSources.resolve(path)
  },
}

function withHome(source: string): string {
  return source.startsWith('~') ? join(homedir(), source.slice(1)) : source
}

/** The ports of hosts that run under plain Node. */
export function nodePorts(host: Ports['host'], trainer: TrainerLauncher, more: Partial<Ports> & { log: Log }): Ports {
  return {
    host,
    version: packageVersion(),
    clock: { now: () => Date.now() },
    random: cryptoRandom,
    trainer,
    sources: pathSources,
    dialogs: null,
    resourcesFolder: resourcesFolder(),
    userFolder: userFolder(),
    ...more,
  }
}
