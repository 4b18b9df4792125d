import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { HTTP_HOST } from './programs.ts'

export interface RunningHost {
  readonly address: string
  readonly process: ChildProcess
  /** Ends it as Ctrl-C would, and waits. */
  stop(): Promise<void>
}

/** The real loopback host as its own process, on a free port, with its own user folder. */
export async function startHost(options: {
  userFolder: string
  workspace?: string
  renderer?: string
  /** In a process group of its own, which a signal can be sent to as a terminal does. */
  ownGroup?: boolean
  env?: Record<string, string>
}): Promise<RunningHost> {
  const args = [HTTP_HOST, '--no-open', '--port', '0']
  if (options.workspace !== undefined) args.push('--workspace', options.workspace)
  if (options.renderer !== undefined) args.push('--renderer', options.renderer)
  const child = spawn(process.execPath, args, {
    env: { ...process.env, GRAFT_USER_FOLDER: options.userFolder, ...options.env },
    detached: options.ownGroup ?? false,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const address = await firstAddress(child)
  return {
    address,
    process: child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

function firstAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const match = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(text)
      if (match) resolve(match[0])
    })
    child.once('exit', (code) => reject(new Error(`The host ended with ${code} before it was open. It said: ${text}`)))
  })
}
