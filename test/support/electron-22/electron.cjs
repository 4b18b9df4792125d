// What Electron 22 lacks in its main process: protocol.handle, over the older stream protocols; the address in navigation events.
const stream = require('stream')
const { app, session } = require('electron')

globalThis.Response ??= class Response {
  constructor(body, { status = 200, headers = {} } = {}) {
    Object.assign(this, { body, status, headers })
  }
}

function readable(body) {
  if (body instanceof stream.Readable) return body
  return stream.Readable.from(body === null || body === undefined ? [] : [Buffer.from(body)])
}

function handle(scheme, answer) {
  const listener = async (request, done) => {
    try {
      const { body, status, headers } = await answer(request)
      done({ statusCode: status, headers, data: readable(body) })
    } catch (error) {
      process.stderr.write(`protocol: ${error.stack}\n`)
      done({ error: -2 })
    }
  }
  if (scheme === 'file') return this.interceptStreamProtocol(scheme, listener)
  return this.registerStreamProtocol(scheme, listener)
}

app.whenReady().then(() => (Object.getPrototypeOf(session.defaultSession.protocol).handle ??= handle))

app.on('web-contents-created', (_created, contents) => {
  for (const name of ['will-navigate', 'will-redirect']) contents.on(name, (event, url) => (event.url ??= url))
})
