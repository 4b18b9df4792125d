import { type ContenderName, startContender } from './contender.ts'
import { networkFile, type Task } from './network-file.ts'
import type { Setting } from './row.ts'
import type { Measured } from './worker.ts'

/** Highest resident memory, in megabytes, of a process of its own that prepares a task and measures it once. */
export async function peakMemory(name: ContenderName, { folder, python }: Setting, task: Task): Promise<Measured> {
  const contender = startContender(name, python ?? '')
  try {
    await contender.prepare({ ...task, network: networkFile(folder, task.network) })
    await contender.measure()
    return { value: await contender.peak() }
  } finally {
    await contender.close()
  }
}
