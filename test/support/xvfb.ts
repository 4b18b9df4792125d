import { spawn } from 'node:child_process'

export interface Display {
  /** As in `DISPLAY`. */
  readonly name: string
  stop(): void
}

/** A screen of its own, so that tests neither need the user's nor show on it. Throws with what to install. */
export async function openDisplay(size = '1920x1080x24'): Promise<Display> {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', '-ac'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const name = await new Promise<string>((resolve, reject) => {
    const missing = new Error('Xvfb is needed to test the desktop app: install it (Debian: apt-get install xvfb).')
    child.once('error', () => reject(missing))
    child.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}.`)))
    child.stdio[3]?.once('data', (chunk: Buffer) => resolve(`:${chunk.toString().trim()}`))
  })
  child.removeAllListeners('exit')
  child.unref()
  return { name, stop: () => void child.kill() }
}
