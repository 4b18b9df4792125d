import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'

let computer: Readonly<Record<string, string>> | null = null

/** What a run remembers of the computer; the child's versions come with its first message. */
export function runEnvironment(version: string): Record<string, string> {
  return { graft: version, ...(computer ??= describeComputer()) }
}

/** Once: a study records a thousand runs at a time, and Linux answers for the processors out of files. */
function describeComputer(): Record<string, string> {
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    threads: String(availableParallelism()),
    memoryBytes: String(totalmem()),
  }
}
