import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { hasBfloat16, hasInt8, int8Refusal } from '../../base/cpu-features.ts'
import type { Handlers } from '../../contract/define.ts'
import { GraftError } from '../../contract/errors.ts'
import type { system, SystemInfo } from '../../contract/workspace.ts'
import { type App, nowText } from '../session/app.ts'
import { shippedBases } from '../planning/learning-context.ts'

/** Attempts that are kept; a page that keeps trying shall not fill the memory. */
const MAX_BLOCKED = 1000

export function systemService(app: App): Handlers<typeof system> {
  return {
    info: () => systemInfo(app),
    async pick({ kind, title }) {
      if (app.ports.dialogs !== null) return app.ports.dialogs.pick(kind, title)
      throw new GraftError('E_INPUT', 'Expected a host with native dialogs. Received: this one has none.', {
        fix: 'Give the path itself.',
      })
    },
    reportBlocked({ target }) {
      if (app.blocked.length < MAX_BLOCKED) app.blocked.push({ at: nowText(app), target })
      app.ports.log.warn('a connection was blocked', { target })
      return {}
    },
    settings: () => app.settings.all(),
    setSetting({ key, value }) {
      app.settings.set(key, value)
      return {}
    },
  }
}

function systemInfo(app: App): SystemInfo {
  return {
    version: app.ports.version,
    host: app.ports.host,
    node: process.versions.node,
    tensorflow: tensorflowVersion(),
    platform: `${platform()} ${release()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    hasBfloat16: hasBfloat16(),
    hasInt8: hasInt8(),
    int8Refusal: int8Refusal(),
    blockedConnections: [...app.blocked],
    nativeDialogs: app.ports.dialogs !== null,
    licences: licences(app),
  }
}

/** The version that trainings run with; read from its package: the main process never loads TensorFlow. */
function tensorflowVersion(): string | null {
  try {
    const manifest = createRequire(import.meta.url)('@tensorflow/tfjs-node/package.json') as { version: string }
    return `tfjs-node ${manifest.version}`
  } catch {
    return null
  }
}

/** The shipped base models with their hashes, then the rows of resources/LICENSES.md's tables. */
function licences(app: App): SystemInfo['licences'] {
  const bases = shippedBases(app).map((base) => ({
    name: base.title,
    licence: base.licence ?? 'not known',
    sha256: base.weights.sha256,
  }))
  const file = join(app.ports.resourcesFolder, 'LICENSES.md')
  if (!existsSync(file)) return bases
  return [...bases, ...licenceRows(readFileSync(file, 'utf8'))]
}

/** The rows of a Markdown table with a `licence` column, as plain text. */
export function licenceRows(markdown: string): SystemInfo['licences'] {
  const [head = [], ...rows] = markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map(cellsOf)
  const column = head.findIndex((cell) => cell.toLowerCase() === 'licence')
  return rows.flatMap((cells) => {
    const [name, licence] = [cells[0], cells[column]]
    return !name || !licence || /^:?-+:?$/.test(name) ? [] : [{ name, licence, sha256: null }]
  })
}

/** Cells without Markdown: a link shows its text. */
function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) =>
      cell
        .trim()
        .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
        .replaceAll('`', ''),
    )
}
