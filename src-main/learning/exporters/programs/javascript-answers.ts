/** The part of predict.mjs and predict.html that makes of a network's outputs what a person asks for. */
export const JAVASCRIPT_ANSWERS = String.raw`
/** A class with the probability of each, the tags that reach their thresholds with that of each, or a number in its own unit. */
function answerOf(head, values) {
  // The network answers in standard deviations; JavaScript computes in 64 bits, which keeps the digits of large numbers.
  if (head.type === 'regression') return { value: values[0] * head.std + head.mean }
  const probabilities = Array.from(values)
  const named = Object.fromEntries(head.classes.map((name, i) => [name, probabilities[i]]))
  if (head.type === 'tags') return { predicted: head.classes.filter((_, i) => probabilities[i] >= head.thresholds[i]), probabilities: named }
  const best = probabilities.indexOf(Math.max(...probabilities))
  return { predicted: head.classes[best], probabilities: named }
}

/** The answer for one source; of a model with several heads one for each, by name. */
export function entryOf(path, heads, values) {
  const answers = heads.map((head, i) => [head.name, answerOf(head, values[i])])
  return { path, ...(heads.length === 1 ? answers[0][1] : { heads: Object.fromEntries(answers) }) }
}

/** An entry as a person reads it. */
export function textOfEntry(entry, most) {
  if (entry.error !== undefined) return entry.path + ': cannot be read: ' + entry.error
  const lines = Object.entries(entry.heads ?? { '': entry }).flatMap(([head, answer]) => {
    const title = head === '' ? '  ' : '  ' + head + ': '
    if (answer.value !== undefined) return [title + Number(answer.value.toPrecision(7))]
    const ranked = Object.entries(answer.probabilities).sort((a, b) => b[1] - a[1])
    const mark = (name) => (Array.isArray(answer.predicted) ? (answer.predicted.includes(name) ? '  yes' : '  no') : '')
    return ranked.slice(0, most).map(([name, probability]) => title + name + '  ' + (100 * probability).toFixed(2) + ' %' + mark(name))
  })
  return [entry.path, ...lines].join('\n')
}
`

/** The rest of predict.mjs. */
export const JAVASCRIPT_MAIN = String.raw`
const BATCH = 16

/** An entry for each file or row, in order; one that cannot be read has an error and no answer. */
export async function predict(paths, model) {
  const sources = await sourcesOf(paths)
  const size = SHAPE.reduce((total, length) => total * length, 1)
  const entries = []
  for (let start = 0; start < sources.length; start += BATCH) {
    const batch = []
    for (const { path, read } of sources.slice(start, start + BATCH)) {
      batch.push(await read().then((x) => ({ path, x }), (error) => ({ path, error: error.message })))
    }
    const good = batch.filter(({ x }) => x !== undefined)
    let heads = []
    if (good.length > 0) {
      const data = PREPARATION.takesPixels ? new Uint8Array(good.length * size) : new Float32Array(good.length * size)
      good.forEach(({ x }, i) => data.set(x, i * size))
      heads = await run(model, { data, shape: [good.length, ...SHAPE] })
    }
    let next = 0
    for (const { path, error } of batch) {
      if (error !== undefined) entries.push({ path, error })
      else entries.push(entryOf(path, HEADS, heads.map((rows) => rows[next])))
      if (error === undefined) next++
    }
  }
  return entries
}

/** A package with its version, as in its package.json: that folder or one above what is imported. */
function withVersion(name) {
  for (let folder = new URL('.', import.meta.resolve(name)); ; folder = new URL('..', folder)) {
    try {
      const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
      if (manifest.name === name) return name + ' ' + manifest.version
    } catch {
      // None there.
    }
    if (new URL('..', folder).href === folder.href) return name
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, time: { type: 'boolean' }, top: { type: 'string', default: '5' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help || positionals.length === 0) {
    console.log(HELP)
    process.exitCode = values.help ? 0 : 2
    return
  }
  const model = await load(FOLDER)
  const start = performance.now()
  const entries = await predict(positionals, model)
  const each = (performance.now() - start) / Math.max(1, entries.length)
  if (values.time) console.error(['Node.js ' + process.versions.node, ...COMPUTED_BY.map(withVersion)].join(', ') + ': ' + each.toFixed(2) + ' ms an entry')
  if (values.json) console.log(JSON.stringify(entries, null, 1))
  else for (const entry of entries) console.log(textOfEntry(entry, Number(values.top)))
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) await main()
`
