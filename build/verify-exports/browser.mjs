import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowser } from '../setup/find-browser.mjs'

const { resolve } = createRequire(import.meta.url)
const TFJS = join(dirname(resolve('@tensorflow/tfjs/package.json')), 'dist', 'tf.min.js')
const WASM = join(dirname(resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist')

/** A LayersModel in a page, with plain TensorFlow.js from its package; nothing is served but those files and the model's. */
export async function runInBrowser(folder, { shape, values }) {
  const executablePath = findBrowser({ env: process.env, platform: process.platform })
  const browser = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  try {
    const page = await browser.newPage()
    await page.route('http://localhost/**', (route) => {
      const path = new URL(route.request().url()).pathname
      if (path === '/') return route.fulfill({ contentType: 'text/html', body: '' })
      const file = path.startsWith('/wasm/') ? join(WASM, path.slice(6)) : join(folder, path.slice(1))
      return route.fulfill({ body: readFileSync(file) })
    })
    await page.goto('http://localhost/')
    await page.addScriptTag({ path: TFJS })
    await page.addScriptTag({ path: join(WASM, 'tf-backend-wasm.min.js') })
    return await page.evaluate(predictInPage, { shape, values: [...values] })
  } finally {
    await browser.close()
  }
}

/** Runs in the page. */
async function predictInPage({ shape, values }) {
  const { tf } = globalThis
  tf.wasm.setWasmPaths('/wasm/')
  await tf.setBackend('wasm')
  const model = await tf.loadLayersModel('/model.json')
  const x = tf.tensor(values, shape)
  const answers = await Promise.all([model.predict(x)].flat().map((answer) => answer.data()))
  const one = x.slice([0], [1])
  const times = []
  for (let i = 0; i < 5; i++) {
    const started = performance.now()
    await [model.predict(one)].flat()[0].data()
    times.push(performance.now() - started)
  }
  const milliseconds = times.slice(2).sort((a, b) => a - b)[1]
  return { answers: answers.map((answer) => [...answer]), milliseconds }
}
