import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Log, Ports, RandomSource, TrainerLauncher } from '../../base/ports.ts'
import { pathSources } from './path-sources.ts'

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
