// Put before the app's main script in tests. A driver that attaches while the first page is on its way misses how it arrives, and
// waits for it for ever: so the app becomes ready only once Playwright says that it is attached.
const { app } = require('electron')

// Playwright starts the app with this, and calls the function; whoever starts it otherwise does not wait.
if (process.argv.includes('--inspect=0')) {
  const isAttached = new Promise((resolve) => (globalThis.__playwright_run = resolve))
  const ready = app.whenReady()
  app.whenReady = () => isAttached.then(() => ready)
}
