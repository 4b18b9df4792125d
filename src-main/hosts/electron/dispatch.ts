import type { Reply } from '../../contract/index.ts'
import type { Workbench } from '../../core/workbench.ts'

/** A call of the host itself, which outlives every window. */
export function dispatch<T = unknown>(workbench: Workbench, name: string, input: unknown): Promise<Reply<T>> {
  const context = { signal: new AbortController().signal, origin: 'electron' } as const
  return workbench.dispatch(name, input, context) as Promise<Reply<T>>
}
