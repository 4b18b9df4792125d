import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { brokenLayer, importedFile, layerOf, LAYERS } from '../../build/layers.mjs'
import { strategies } from '../../src-main/learning/strategies/index.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
  /** By `import()`, once it is needed. */
  readonly isLate: boolean
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sourceFiles(path)
    return /\.(ts|vue)$/.test(name) ? [path] : []
  })
}

const IMPORT =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'"();]*?from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|require\(\s*['"]([^'"]+)['"]\s*\)/g

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(IMPORT)].map((match) => ({
    from: relative(ROOT, file),
    to: match[3] ?? match[4] ?? match[5] ?? '',
    typeOnly: match[2] !== undefined,
    isLate: match[4] !== undefined,
  }))
}

const target = (entry: Import): string | null => importedFile(entry.from, entry.to)

const all = ['src-main', 'src-renderer'].flatMap((folder) => sourceFiles(join(ROOT, folder))).flatMap(importsOf)

describe('imports', () => {
  it('are found at all', () => {
    expect(all.length).toBeGreaterThan(200)
    expect(new Set(all.map((entry) => layerOf(entry.from)))).toEqual(new Set(Object.keys(LAYERS)))
  })

  it('follow the layers, and keep each heavy package in its folder', () => {
    const wrong = all.flatMap(({ from, to, typeOnly }) => {
      const broken = brokenLayer(from, to, typeOnly)
      return broken === null ? [] : [`${from} -> ${to}: ${broken}`]
    })
    expect(wrong).toEqual([])
  })

  it('that break a layer are found', () => {
    expect(brokenLayer('src-main/core/runs/a.ts', '../../trainer/tf.ts', true)).toContain('src-main/core imports only')
    expect(brokenLayer('src-main/core/runs/a.ts', '../../learning/catalog.ts', false)).toBeNull()
    expect(brokenLayer('src-main/core/runs/a.ts', '../../learning/context.ts', true)).toContain('imports only')
    expect(brokenLayer('src-renderer/app/a.ts', '@contract/names.ts', false)).toBeNull()
    expect(brokenLayer('src-main/data/a.ts', 'better-sqlite3', false)).toContain('src-main/core/store only')
    expect(brokenLayer('src-main/data/a.ts', 'better-sqlite3', true)).toBeNull()
    expect(brokenLayer('src-main/core/store/a.ts', 'better-sqlite3', false)).toBeNull()
  })

  it('load the core and the strategies only for a command that needs them', () => {
    const loaded = new Set(['src-main/hosts/cli/main.ts'])
    for (const file of loaded) {
      const own = all.filter((entry) => entry.from === file && !entry.typeOnly && !entry.isLate)
      for (const to of own.map(target)) if (to !== null) loaded.add(to)
    }
    expect(loaded).toContain('src-main/hosts/cli/open-client.ts')
    expect([...loaded].filter((file) => /^src-main\/(core|learning|data)\//.test(file))).toEqual([])
  })

  it('load the native kernels in one place, which only what the trainer computes with asks for', () => {
    const importers = (file: string) =>
      all.filter((entry) => target(entry) === file && !entry.typeOnly).map(({ from }) => from)
    expect(importers('src-main/base/frozen-addon.ts').sort()).toEqual([
      'src-main/base/cpu-features.ts',
      'src-main/trainer/frozen.ts',
    ])
    expect(importers('src-main/trainer/frozen.ts').sort()).toEqual([
      'src-main/trainer/create-runtime.ts',
      'src-main/trainer/main.ts',
    ])
    const naming = sourceFiles(join(ROOT, 'src-main')).filter((file) =>
      readFileSync(file, 'utf8').includes('graft_frozen'),
    )
    expect(naming.map((file) => relative(ROOT, file)).sort()).toEqual([
      'src-main/base/frozen-addon.ts',
      'src-main/hosts/electron/refuse-natives.ts',
    ])
  })

  it('load libvips only with the first image', () => {
    const wanted = all.filter(({ to, typeOnly }) => to === 'sharp' && !typeOnly)
    expect(wanted.map(({ isLate }) => isLate)).toEqual([true])
  })

  it('never take a schema at run time in the window', () => {
    const runtime = new Set([
      '@contract/names.ts',
      '@contract/accuracy-bound.ts',
      '@contract/precision-words.ts',
      '@contract/errors.ts',
      '@contract/patch-spec.ts',
      '@contract/metric-facts.ts',
      '@contract/metric-words.ts',
      '@contract/precision-words.ts',
      '@contract/proof-words.ts',
      '@contract/thinning.ts',
      '@contract/heat.ts',
    ])
    const wrong = all.filter(
      (entry) =>
        entry.from.startsWith('src-renderer') &&
        entry.to.startsWith('@contract/') &&
        !entry.typeOnly &&
        !runtime.has(entry.to),
    )
    expect(wrong.map((entry) => `${entry.from} -> ${entry.to}`)).toEqual([])
  })
})

/** Rooms of a house from the ground up: a room may import those before it, and nothing above. A file stands for itself. */
const FLOORS: Record<string, readonly string[]> = {
  'src-main/learning': [
    'frozen-native.ts',
    'runtime.ts',
    'context.ts',
    'plan-problem.ts',
    'glossary.ts',
    'presets.ts',
    'schedules',
    'weights',
    'transferability',
    'probes',
    'network',
    'ops',
    'operations',
    'architectures',
    'trees',
    'bases',
    'optimizers',
    'losses',
    'metrics',
    'labelling',
    'engine',
    'explain',
    'importers',
    'exporters',
    'domain-gap',
    'strategies',
    'plan',
    'analyses',
    'catalog.ts',
  ],
  'src-main/learning/engine': [
    'compile',
    'data',
    'model',
    'frozen',
    'step',
    'loop',
    'features',
    'converge',
    'run',
    'precision',
  ],
  'src-main/learning/strategies': ['strategy.ts', 'common', '*', 'index.ts'],
  'src-main/learning/strategies/common': [
    'reuse',
    'pseudo-labels',
    'pre-training',
    'distillation',
    'domain-adaptation',
    'multi-task',
  ],
  'src-main/core': [
    'events.ts',
    'files',
    'store',
    'errors',
    'background',
    'session',
    'datasets',
    'history',
    'jobs',
    'planning',
    'system',
    'runs',
    'exports',
    'models',
    'precision',
    'labelling',
    'opinions',
    'studies',
    'analyses',
    'workspace',
    'dispatch.ts',
    'workbench.ts',
  ],
}

describe.each(Object.entries(FLOORS))('the house %s', (house, floors) => {
  const roomOf = (path: string) => path.slice(house.length + 1).split('/')[0]!
  const isInside = (path: string) => path.startsWith(`${house}/`)
  const floorOf = (room: string) => (floors.includes(room) ? floors.indexOf(room) : floors.indexOf('*'))
  const inside = all.flatMap((entry) => {
    const to = target(entry)
    return to !== null && isInside(entry.from) && isInside(to) ? [{ from: entry.from, to }] : []
  })

  it('has a floor for each of its rooms, and no floor without one', () => {
    const rooms = new Set(readdirSync(join(ROOT, house)))
    const unknown = floors.includes('*') ? [] : [...rooms].filter((room) => floorOf(room) === -1)
    expect(unknown).toEqual([])
    expect(floors.filter((room) => room !== '*' && !rooms.has(room))).toEqual([])
  })

  it('has no arrow that runs back up, and none between rooms of one floor', () => {
    const wrong = inside.filter(({ from, to }) => {
      const [own, other] = [roomOf(from), roomOf(to)]
      return own !== other && floorOf(own) <= floorOf(other)
    })
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([])
  })
})

describe('imports', () => {
  it('form no circle, types included', () => {
    const next = new Map<string, string[]>()
    for (const entry of all) {
      const to = target(entry)
      if (to !== null && to !== entry.from) next.set(entry.from, [...(next.get(entry.from) ?? []), to])
    }
    expect(circles(next)).toEqual([])
  })

  it('that form a circle are found', () => {
    const next = { a: ['b'], b: ['c', 'd'], c: ['a'], d: ['e'], e: ['d'], f: ['a'] }
    expect(circles(new Map(Object.entries(next)))).toEqual([
      ['d', 'e'],
      ['a', 'b', 'c'],
    ])
  })
})

/** Groups of files that reach each other (Tarjan, 1972), each sorted. */
function circles(next: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const path: string[] = []
  const found: string[][] = []
  const visit = (file: string): void => {
    order.set(file, order.size)
    low.set(file, order.get(file)!)
    path.push(file)
    for (const other of next.get(file) ?? []) {
      if (!order.has(other)) visit(other)
      if (path.includes(other)) low.set(file, Math.min(low.get(file)!, low.get(other)!))
    }
    if (low.get(file) !== order.get(file)) return
    const group = path.splice(path.indexOf(file))
    if (group.length > 1) found.push(group.sort())
  }
  for (const file of next.keys()) if (!order.has(file)) visit(file)
  return found
}

describe('source files', () => {
  const files = ['src-main', 'src-renderer'].flatMap((folder) => sourceFiles(join(ROOT, folder)))

  it('use the clock and randomness only through ports, outside hosts and the trainer', () => {
    const free = /^src-main\/(hosts|trainer)\/|^src-renderer\//
    const wrong = files.filter((file) => {
      const path = relative(ROOT, file)
      return !free.test(path) && /\b(Math\.random|Date\.now)\(/.test(readFileSync(file, 'utf8'))
    })
    expect(wrong.map((file) => relative(ROOT, file))).toEqual([])
  })

  it('rename and remove where base/disk does, which waits for what Windows says is held', () => {
    // A log that cannot be turned over grows on; it never waits.
    const known = [
      'src-main/base/disk/remove.ts',
      'src-main/base/disk/replace.ts',
      'src-main/hosts/electron/file-log.ts',
    ]
    const renaming = /import \{[^}]*\b(rename|rm|unlink)(Sync)?\b[^}]*\} from 'node:fs(\/promises)?'/
    const own = files.filter((file) => renaming.test(readFileSync(file, 'utf8')))
    expect(own.map((file) => relative(ROOT, file)).sort()).toEqual(known)
  })

  it('hold no leftovers', () => {
    const wrong = files.filter((file) =>
      /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|as any\b/.test(readFileSync(file, 'utf8')),
    )
    expect(wrong.map((file) => relative(ROOT, file))).toEqual([])
  })

  it('name no other computer', () => {
    // Licences and papers are named by title; namespaces of SVG and JSON Schema are identifiers, not addresses that are opened;
    // a licence that has to come along in its own words names its place.
    const known = /https?:\/\/(127\.0\.0\.1|localhost|www\.w3\.org|json-schema\.org|www\.apache\.org\/licenses\/)/
    const wrong = files.filter((file) =>
      [...readFileSync(file, 'utf8').matchAll(/https?:\/\/[^\s'"`)]+/g)].some(
        (match) => !known.test(match[0]) && !/\$\{/.test(match[0]),
      ),
    )
    expect(wrong.map((file) => relative(ROOT, file))).toEqual([])
  })
})

describe('strategies', () => {
  it('are each held to the conformance suite by a file of their own', () => {
    const files = readdirSync(join(ROOT, 'test/conformance/strategies')).map((name) => name.replace('.test.ts', ''))
    expect(files.sort()).toEqual(strategies.map(({ type }) => type).sort())
  })
})

describe('files', () => {
  it('of the window are no longer than 250 lines', () => {
    const lines = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').length
    const files = sourceFiles(join(ROOT, 'src-renderer')).filter((file) => file.endsWith('.vue'))
    expect(files.filter((file) => lines(file) > 250).map((file) => relative(ROOT, file))).toEqual([])
  })
})
