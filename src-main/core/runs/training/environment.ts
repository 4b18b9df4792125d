import { arch, cpus, platform, release, totalmem } from 'node:os'
import { availableParallelism } from 'node:os'

/** What a run remembers of the computer; the child's versions come with its first message. */
export function runEnvironment(version: string): Record<string, string> {
  return {
    graft: version,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    threads: String(availableParallelism()),
    memoryBytes: String(totalmem()),
  }
}
