import { availableParallelism, cpus, hostname } from 'node:os'

/** Under which what was measured here is kept: name, processor and cores. Another processor in the same case is another computer. */
export function computerName(): string {
  return `${hostname()}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores`
}
