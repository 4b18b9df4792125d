import type { Command } from 'commander'
import { openClient, type OpenClient } from './open-client.ts'

export interface GlobalOptions {
  readonly workspace: string
  readonly json: boolean
  readonly verbose: boolean
}

export interface CommandContext {
  readonly session: OpenClient
  readonly json: boolean
}

/** Options that every command takes. */
export function withGlobals(command: Command): Command {
  return command
    .option('-w, --workspace <dir>', 'workspace folder', process.env.GRAFT_WORKSPACE ?? '.')
    .option('--json', 'one JSON document on standard output', false)
    .option('--verbose', 'log more on standard error', false)
}

/** Opens the workspace, does the work, and closes it again whatever happens. */
export async function inSession(
  options: GlobalOptions,
  create: boolean,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const session = await openClient({ workspace: options.workspace, create, verbose: options.verbose })
  try {
    await work({ session, json: options.json })
  } finally {
    await session.close()
  }
}
