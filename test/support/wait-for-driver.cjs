// Put before the app's main script in tests.
const { app, dialog } = require('electron')

// A driver that attaches while the first page is on its way misses how it arrives, and waits for it for ever: so the app becomes
// ready only once Playwright says that it is attached. Whoever starts the app otherwise does not wait.
if (process.argv.includes('--inspect=0')) {
  const isAttached = new Promise((resolve) => (globalThis.__playwright_run = resolve))
  const ready = app.whenReady()
  app.whenReady = () => isAttached.then(() => ready)
}

// Answers message boxes that come before a test could (test/desktop/drive.ts does so later).
const answer = process.env['TEST_BOX_ANSWER']
if (answer !== undefined) {
  globalThis.boxes = []
  dialog.showMessageBox = async (...args) => {
    globalThis.boxes.push({ ...args[args.length - 1], signal: undefined, onWindow: args.length > 1 })
    return { response: Number(answer), checkboxChecked: false }
  }
}
