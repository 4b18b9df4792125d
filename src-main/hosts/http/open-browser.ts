import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeIfFree } from '../../base/disk/remove.ts'

/** A browser that has not read the page by then has been closed again. */
const KEPT_MS = 60_000

/** Asked to open in the user's browser; `forget` takes the page with the address away again. */
export interface OpenedBrowser {
  forget(): void
}

/** Opens the address in the user's browser, or says (null) that there is none to ask. Never waits for it.
 *
 *  Other users of the computer read the command lines of all processes, and the address holds the token: the browser gets a private
 *  page that leads there. */
export function openBrowser(address: string, env: NodeJS.ProcessEnv = process.env): OpenedBrowser | null {
  if (process.platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return null
  const page = writePage(address)
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [page.path]]
      : process.platform === 'win32'
        ? ['rundll32', ['url.dll,FileProtocolHandler', page.path]]
        : ['xdg-open', [page.path]]
  const child = spawn(command as string, args as string[], { stdio: 'ignore', detached: true, env })
  child.on('error', () => undefined)
  child.unref()
  setTimeout(page.forget, KEPT_MS).unref()
  return { forget: page.forget }
}

function writePage(address: string): { path: string; forget: () => void } {
  const folder = makeFolder()
  const path = join(folder, 'graft.html')
  writeFileSync(path, pageTo(address), { mode: 0o600, flag: 'wx' })
  return { path, forget: () => removeIfFree(folder) }
}

/** In the home folder under Linux: a browser in a sandbox of its own (snap) may read its plain folders, and no temporary ones. */
function makeFolder(): string {
  try {
    if (process.platform === 'linux') return mkdtempSync(join(homedir(), 'graft-opens-'))
  } catch {
    // A home folder that is missing or read-only: other browsers read temporary ones.
  }
  return mkdtempSync(join(tmpdir(), 'graft-opens-'))
}

function pageTo(address: string): string {
  return `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${address}">
<title>Graft</title>
<a href="${address}">Open Graft</a>
`
}
