// Decodes pictures of one kind, again and again, as a child of Electron or of Node: `decode-child.cjs SHARP FILE TIMES`.
const [sharpFolder, file, times] = process.argv.slice(-3)
const { readFileSync } = require('fs')
const say = process.parentPort
  ? (message) => process.parentPort.postMessage(message)
  : (message) => process.send(message)

async function decode() {
  say({ type: 'started' })
  const sharp = require(sharpFolder)
  const bytes = readFileSync(file)
  await sharp(bytes).resize(224, 224, { fit: 'fill' }).removeAlpha().raw().toBuffer()
  const from = performance.now()
  for (let left = Number(times); left > 0; left -= 8) {
    const batch = Array.from({ length: 8 }, () =>
      sharp(bytes).resize(224, 224, { fit: 'fill' }).removeAlpha().raw().toBuffer(),
    )
    await Promise.all(batch)
  }
  say({ type: 'decoded', perSecond: (1000 * Number(times)) / (performance.now() - from) })
}

const { performance } = require('perf_hooks')
const listen = process.parentPort ?? process
listen.on('message', () => process.exit(0))
decode().catch((error) => say({ type: 'failed', message: error.message }))
