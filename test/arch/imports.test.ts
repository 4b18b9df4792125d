import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { strategies } from '../../src-main/learning/strategies/index.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Which layers a layer may import (itself is always allowed). docs/architecture.md shows the same table. */
const ALLOWED: Record<string, readonly string[]> = {
  'src-main/contract': [],
  'src-main/base': ['src-main/contract'],
  'src-main/data': ['src-main/contract', 'src-main/base'],
  'src-main/learning': ['src-main/contract', 'src-main/base'],
  'src-main/core': ['src-main/contract', 'src-main/base', 'src-main/data', 'src-main/learning/catalog.ts'],
  'src-main/trainer': ['src-main/contract', 'src-main/base', 'src-main/data', 'src-main/learning'],
  'src-main/hosts/shared': ['src-main/contract', 'src-main/base', 'src-main/core'],
  'src-main/hosts/electron': ['src-main/contract', 'src-main/base', 'src-main/core', 'src-main/hosts/shared'],
  'src-main/hosts/http': ['src-main/contract', 'src-main/base', 'src-main/core', 'src-main/hosts/shared'],
  'src-main/hosts/cli': [
    'src-main/contract',
    'src-main/base',
    'src-main/core',
    'src-main/hosts/shared',
    'src-main/learning/catalog.ts',
  ],
  'src-renderer': ['src-main/contract'],
}

/** Packages that only these folders may load. */
const PACKAGES: Record<string, readonly string[]> = {
  electron: ['src-main/hosts/electron'],
  '@tensorflow/tfjs-node': ['src-main/trainer/tf.ts'],
  'better-sqlite3': ['src-main/core/store'],
  sharp: ['src-main/data', 'src-main/trainer'],
  fastify: ['src-main/hosts/http'],
  vue: ['src-renderer'],
  zod: ['src-main'],
}

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
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
  }))
}

function target(entry: Import): string | null {
  if (entry.to.startsWith('@contract/')) return `src-main/contract/${entry.to.slice(10)}`
  if (!entry.to.startsWith('.')) return null
  return relative(ROOT, resolve(ROOT, dirname(entry.from), entry.to))
}

const layerOf = (path: string): string | undefined =>
  Object.keys(ALLOWED)
    .filter((layer) => path === layer || path.startsWith(`${layer}/`))
    .sort((a, b) => b.length - a.length)[0]

const all = ['src-main', 'src-renderer'].flatMap((folder) => sourceFiles(join(ROOT, folder))).flatMap(importsOf)

describe('imports', () => {
  it('are found at all', () => {
    expect(all.length).toBeGreaterThan(200)
    expect(new Set(all.map((entry) => layerOf(entry.from)))).toEqual(new Set(Object.keys(ALLOWED)))
  })

  it('follow the layers', () => {
    const wrong = all.filter((entry) => {
      const to = target(entry)
      const layer = layerOf(entry.from)
      if (to === null || layer === undefined) return false
      if (to === layer || to.startsWith(`${layer}/`)) return false
      return !ALLOWED[layer]?.some((allowed) => to === allowed || to.startsWith(`${allowed}/`))
    })
    expect(wrong.map((entry) => `${entry.from} -> ${entry.to}`)).toEqual([])
  })

  it('keep each heavy package in its folder', () => {
    const wrong = all.filter((entry) => {
      const owners = PACKAGES[entry.to]
      return (
        owners !== undefined &&
        !entry.typeOnly &&
        !owners.some((owner) => entry.from === owner || entry.from.startsWith(`${owner}/`))
      )
    })
    expect(wrong.map((entry) => `${entry.from} -> ${entry.to}`)).toEqual([])
  })

  it('never take a schema at run time in the window', () => {
    const runtime = new Set([
      '@contract/names.ts',
      '@contract/errors.ts',
      '@contract/patch-spec.ts',
      '@contract/metric-facts.ts',
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

  it('hold no leftovers', () => {
    const wrong = files.filter((file) =>
      /\b(TODO|FIXME|XXX|HACK)\b|@ts-ignore|as any\b/.test(readFileSync(file, 'utf8')),
    )
    expect(wrong.map((file) => relative(ROOT, file))).toEqual([])
  })

  it('name no other computer', () => {
    // Licences and papers are named by title; namespaces of SVG and JSON Schema are identifiers, not addresses that are opened.
    const known = /https?:\/\/(127\.0\.0\.1|localhost|www\.w3\.org|json-schema\.org)/
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
