import { stopRunning } from './process.mjs'

const cleanups = new Set()

/** Registers work for the moment the process ends, however it ends; returns its remover. */
export function onEnd(cleanup) {
  if (cleanups.size === 0) install()
  cleanups.add(cleanup)
  return () => cleanups.delete(cleanup)
}

let isInstalled = false
function install() {
  if (isInstalled) return
  isInstalled = true
  process.on('exit', () => {
    for (const cleanup of cleanups) cleanup()
  })
}

/** Makes Ctrl-C during set-up leave nothing half-done behind and say that running again goes on. Returns its remover. */
export function stopCleanly() {
  const stop = (signal) => {
    stopRunning()
    process.stderr.write('\nStopped. Run the same command again, it goes on from here.\n')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return () => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}
