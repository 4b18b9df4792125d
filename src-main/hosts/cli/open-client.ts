import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { GraftError } from '../../contract/errors.ts'
import type { Client, EventName, Events, RequestInput, RequestName, RequestOutput } from '../../contract/index.ts'
import type { Workbench } from '../../core/workbench.ts'
import { nodePorts, stderrLog } from '../shared/node-ports.ts'

export interface OpenClientOptions {
  readonly workspace: string
  /** Make the workspace when the folder is missing or empty. */
  readonly create: boolean
  readonly verbose: boolean
}

/** The command line's own workbench, in this process, as a client of the contract. */
export interface OpenClient extends Client {
  close(): Promise<void>
}

export async function openClient(options: OpenClientOptions): Promise<OpenClient> {
  const folder = resolve(options.workspace)
  if (!options.create && !existsSync(join(folder, 'graft.sqlite'))) {
    throw new GraftError('E_WORKSPACE_PATH', `Expected a workspace folder (with graft.sqlite). Received: ${folder}`, {
      fix: 'Name it with --workspace DIR, or make one: graft dataset import SOURCE --name NAME --workspace DIR',
    })
  }
  // What is only typed wrongly, or asks for help, need not wait for all of this.
  const { createWorkbench } = await import('../../core/workbench.ts')
  const { nodeLauncher } = await import('../shared/node-launcher.ts')
  const workbench = createWorkbench(nodePorts('cli', nodeLauncher(), { log: stderrLog(options.verbose) }))
  const session = { ...clientOf(workbench), close: () => workbench.close() }
  try {
    await session.call('workspace.open', { source: folder, create: options.create })
  } catch (error) {
    await workbench.close()
    throw error
  }
  return session
}

/** A client in the same process: refusals become errors, as the commands expect them. */
export function clientOf(workbench: Workbench): Client {
  const context = { signal: new AbortController().signal, origin: 'cli' } as const
  return {
    async call<N extends RequestName>(name: N, input: RequestInput<N>) {
      const reply = await workbench.dispatch(name, input, context)
      if (!reply.ok) throw GraftError.fromReply(reply.error)
      return reply.value as RequestOutput<N>
    },
    on<N extends EventName>(name: N, listener: (payload: Events[N]) => void) {
      return workbench.subscribe((event, payload) => {
        if (event === name) listener(payload as Events[N])
      })
    },
  }
}
