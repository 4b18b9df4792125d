import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NETWORKS } from './networks.ts'
import type { WorkerTask } from './worker.ts'

/** What a worker is to do, the network by its name in networks.ts. */
export type Task = WorkerTask & { readonly network: keyof typeof NETWORKS }

/** Writes a network's description where every contender can read it. */
export function networkFile(folder: string, name: keyof typeof NETWORKS): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, JSON.stringify(NETWORKS[name]!()))
  return file
}
