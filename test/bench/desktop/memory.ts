import { readFileSync } from 'node:fs'
import { processTree } from '../../support/desktop-app.ts'

/** Memory of a process and all its descendants in MB: each shared page counted in parts (PSS), so that the sum is what leaves
 *  the computer's memory when the app goes. */
export function treeMemory(pid: number): { megabytes: number; processes: number } {
  const kilobytes = processTree(pid).map(({ pid: one }) => {
    try {
      return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
    } catch {
      return 0 // It has ended meanwhile.
    }
  })
  return { megabytes: kilobytes.reduce((sum, one) => sum + one, 0) / 1024, processes: kilobytes.filter(Boolean).length }
}
