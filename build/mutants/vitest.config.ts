import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
// @ts-expect-error a plain script
import { areas } from './areas.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { tests } = (areas as Record<string, { tests: string[] }>)[process.env['GRAFT_MUTANTS']!]!

export default defineConfig({
  root,
  resolve: { alias: { '@contract': `${root}src-main/contract` } },
  // Without a process per file, a mutant costs a third.
  test: { include: tests, isolate: false, testTimeout: 60_000 },
})
