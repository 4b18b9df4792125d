import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'

/** An Electron that ends this soon, with an error, never showed a window. */
const STARTS_WITHIN_MS = 8_000
const KEPT_CHARACTERS = 20_000
/** Helper processes of Electron can outlive it and keep its standard error open. */
const LAST_WORDS_MS = 300

/**
 * Runs Electron in the foreground until it ends: `{ code }`, or `{ reason }` (the end of a sentence) when it ended
 * before it can have shown a window.
 */
export async function runElectron(context, path, args) {
  const started = Date.now()
  const { code, signal, said } = await inForeground(path, args, context.env)
  const isEarly = Date.now() - started < STARTS_WITHIN_MS
  const isAsked = code === 0 || code === 130 || signal === 'SIGINT' || signal === 'SIGTERM'
  if (isAsked || !isEarly) return { code: code ?? (signal === 'SIGINT' ? 130 : 1) }
  return { reason: `it ended at once with ${signal ?? `code ${code}`}: ${explain(context, path, said)}` }
}

/** Standard error goes to the user and is kept as well: it is where Electron says why it cannot start. */
function inForeground(path, args, env) {
  return new Promise((resolve) => {
    const child = spawn(path, args, { env, stdio: ['inherit', 'inherit', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => {
      process.stderr.write(chunk)
      said = (said + chunk).slice(-KEPT_CHARACTERS)
    })
    // Ctrl-C reaches Electron from the terminal itself; a TERM sent to us alone has to be passed on.
    const pass = () => child.kill('SIGTERM')
    const stay = () => {}
    process.on('SIGTERM', pass)
    process.on('SIGINT', stay)
    const finish = (code, signal) => {
      process.off('SIGTERM', pass)
      process.off('SIGINT', stay)
      child.stderr.destroy()
      resolve({ code, signal, said })
    }
    child.once('error', (error) => ((said += error.message), finish(127, null)))
    child.once('exit', (code, signal) => {
      const timer = setTimeout(() => finish(code, signal), LAST_WORDS_MS)
      child.once('close', () => (clearTimeout(timer), finish(code, signal)))
    })
  })
}

/** What Electron’s own words mean, and what mends it. */
function explain(context, path, said) {
  const helper = join(dirname(path), 'chrome-sandbox')
  if (/SUID sandbox helper binary was found, but is not configured/.test(said)) {
    return `its sandbox has to be allowed once, with: sudo chown root:root "${helper}" && sudo chmod 4755 "${helper}"`
  }
  if (/No usable sandbox/.test(said)) {
    return `this system lets no program make a sandbox, and Electron’s own helper for it, ${helper}, is missing (delete ${dirname(path)} and start again to get it anew)`
  }
  if (/Running as root without --no-sandbox/.test(said)) {
    return 'it does not run as root (start Graft as an ordinary user)'
  }
  if (/Missing X server|cannot open display|Failed to connect to Wayland display/i.test(said)) {
    const display = context.env.DISPLAY || context.env.WAYLAND_DISPLAY
    return `the display ${display} does not answer or does not let this user in`
  }
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(said)?.[1]
  if (library) {
    return `the library ${library} is missing (Debian, Ubuntu: sudo apt install libgtk-3-0 libnss3 libgbm1 libasound2; newer ones have libasound2t64 for the last)`
  }
  const words = said.trim().split('\n').at(-1)?.trim()
  return words ? `its last words were “${words.slice(0, 300)}”` : 'it said nothing'
}
