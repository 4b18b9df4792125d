export const PAGE_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
.quiet { opacity: .75; font-size: .9rem; }
li { margin: 1rem 0; overflow-wrap: anywhere; }
li img { display: block; max-width: 12rem; max-height: 12rem; margin: .3rem 0; }
pre { margin: 0; white-space: pre-wrap; font: inherit; }
`

/** The part of predict.html that is the page's own. */
export const PAGE_SCRIPT = String.raw`
const element = (id) => document.getElementById(id)
const tell = (text) => { element('state').textContent = text }

async function loadModel() {
  const pieces = GRAFT_MODEL.weights.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)))
  const weights = new Uint8Array(pieces.reduce((total, piece) => total + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    weights.set(piece, at)
    at += piece.length
  }
  GRAFT_MODEL.weights = null
  const { modelTopology, weightSpecs } = GRAFT_MODEL
  return tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData: weights.buffer }))
}

/** The picture at its full size, upright, on white, without a conversion of its colours: the canvas does not resize. */
async function pictureOf(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', colorSpaceConversion: 'none' })
  const { width, height } = bitmap
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.fillStyle = 'white'
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0)
  return onWhite({ width, height, data: context.getImageData(0, 0, width, height).data })
}

/** Every input of a file: of a picture one, of a table one for each row. */
async function inputsOf(file) {
  if (PREPARATION.kind === 'image') return [{ path: file.name, read: async () => inputOf(await pictureOf(file), PREPARATION) }]
  const { names, rows } = readTable(new Uint8Array(await file.arrayBuffer()))
  const marks = COLUMNS.map((column) => markOf(column, rows.map((row) => row[names.indexOf(column.name)] ?? '')))
  return rows.map((row, i) => ({ path: 'row ' + (i + 1), read: async () => rowInput(row, names, marks) }))
}

async function answer(model, x) {
  const shape = PREPARATION.kind === 'image' ? [PREPARATION.height, PREPARATION.width, PREPARATION.channels] : SHAPE
  const outputs = tf.tidy(() => [model.predict(tf.tensor(Float32Array.from(x), [1, ...shape]))].flat())
  const values = await Promise.all(outputs.map((output) => output.data()))
  tf.dispose(outputs)
  return values
}

function show(entry, file) {
  const item = document.createElement('li')
  const text = document.createElement('pre')
  text.textContent = textOfEntry(entry, 10)
  item.append(text)
  if (PREPARATION.kind === 'image' && entry.error === undefined) {
    const image = document.createElement('img')
    image.src = URL.createObjectURL(file)
    image.alt = ''
    item.append(image)
  }
  element('answers').append(item)
}

const ready = loadModel().then((model) => {
  tell('')
  return model
})
ready.catch((error) => tell('The model cannot be loaded: ' + error.message))

/** Answers for files; gives the entries, as predict.mjs prints them with --json. */
async function predictFiles(files) {
  const model = await ready
  const entries = []
  for (const file of files) {
    tell('Asking for ' + file.name + ' …')
    const inputs = await inputsOf(file).catch((error) => [{ path: file.name, read: () => Promise.reject(error) }])
    for (const { path, read } of inputs) {
      const entry = await read()
        .then(async (x) => entryOf(path, HEADS, await answer(model, x)))
        .catch((error) => ({ path, error: error.message }))
      entries.push(entry)
      show(entry, file)
    }
  }
  tell('')
  return entries
}

element('files').addEventListener('change', ({ target }) => void predictFiles([...target.files]))
document.addEventListener('dragover', (event) => event.preventDefault())
document.addEventListener('drop', (event) => {
  event.preventDefault()
  void predictFiles([...event.dataTransfer.files])
})
`
