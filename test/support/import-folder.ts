import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { ImportProblem } from '../../src-main/contract/datasets.ts'
import type { ImportedItem } from '../../src-main/contract/trainer.ts'
import type { DatasetSchema, ImportTarget } from '../../src-main/data/import-sink.ts'
import { PIXEL_STATISTICS_FILE } from '../../src-main/data/read-pixel-statistics.ts'

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A folder for each test, with a source `in` and a dataset `out`. */
export function importFolder() {
  let root = ''
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'graft-import-'))))
  afterEach(() => rmSync(root, { recursive: true }))
  const source = (...names: string[]): string => join(root, 'in', ...names)
  const out = (...names: string[]): string => join(root, 'out', ...names)
  return {
    source,
    out,
    put(files: Record<string, string | Uint8Array>): void {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(source(path)), { recursive: true })
        writeFileSync(source(path), content)
      }
    },
    statistics: () => JSON.parse(readFileSync(out(PIXEL_STATISTICS_FILE), 'utf8')) as unknown,
    /** An empty `out`, and a sink that keeps what it is told. */
    target(storage: ImportTarget['storage'] = 'reference', signal = new AbortController().signal) {
      rmSync(out(), { recursive: true, force: true })
      mkdirSync(out(), { recursive: true })
      const schemas: DatasetSchema[] = []
      const items: ImportedItem[] = []
      const problems: ImportProblem[] = []
      const progress: unknown[] = []
      const sink: ImportTarget['sink'] = {
        schema: (schema) => Promise.resolve(void schemas.push(schema)),
        item: (item) => Promise.resolve(void items.push(item)),
        problem: (problem) => void problems.push(problem),
        progress: (...said) => void progress.push(said),
      }
      const to: ImportTarget = { folder: out(), finalFolder: '/final', storage, sink, signal }
      return { to, schemas, items, problems, progress }
    },
  }
}
