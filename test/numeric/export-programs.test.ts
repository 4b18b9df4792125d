import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as plainTf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Preprocessing } from '../../src-main/contract/network.ts'
import { decodeToSize } from '../../src-main/data/decode.ts'
import { readCsv } from '../../src-main/data/read-csv.ts'
import type { Pixels } from '../../src-main/data/resize.ts'
import { normalisationOf } from '../../src-main/learning/engine/data/image-data.ts'
import type { ExportModel, RuntimeCode } from '../../src-main/learning/exporters/exporter.ts'
import { JAVASCRIPT_PIXELS } from '../../src-main/learning/exporters/programs/javascript-pixels.ts'
import { javascriptProgram } from '../../src-main/learning/exporters/programs/javascript-program.ts'
import { pythonProgram } from '../../src-main/learning/exporters/programs/python-program.ts'
import { labelsJson, preprocessingJson } from '../../src-main/learning/exporters/sidecars.ts'
import { tfjsExporter } from '../../src-main/learning/exporters/tfjs.ts'
import type { Tf } from '../../src-main/learning/runtime.ts'
import { cellReaders } from '../../src-main/trainer/table-cells.ts'
import { tableInputs, tableWidth } from '../../src-main/trainer/table-inputs.ts'
import { manyPictures } from '../support/many-pictures.ts'
import { BOTH_HEADS, ONE_NUMBER, PIXEL_MODEL, pixelModel } from '../support/pixel-model.ts'
import { temporaryFolder } from '../support/toy-run.ts'

interface Entry {
  readonly path: string
  readonly error?: string
  readonly predicted?: string
  readonly value?: number
  readonly probabilities?: Record<string, number>
  readonly heads?: Record<string, Entry>
}
type ImagePreprocessing = Extract<Preprocessing, { kind: 'image' }>

const root = temporaryFolder()
const pictures = join(root, 'pictures')
let good: string[]
let bad: string[]
beforeAll(async () => {
  ;({ good, bad } = await manyPictures(pictures))
})

/** Answers its input: the entries of its "classes" are what the network would get. */
const ECHO: Record<'python' | 'javascript', RuntimeCode> = {
  python: { packages: [], computedBy: ['numpy', 'never-loaded'], code: 'def load(folder):\n    return None\n\n\ndef run(model, x):\n    return [x.reshape(len(x), -1)]' }, // prettier-ignore
  javascript: {
    packages: [],
    computedBy: ['@tensorflow/tfjs', '@litertjs/core', 'fflate'],
    code: 'const load = () => null\nconst run = (model, { data, shape: [rows] }) => [Array.from({ length: rows }, (_, i) => data.subarray((i * data.length) / rows, ((i + 1) * data.length) / rows))]',
  },
}

const PYTHON = [process.env['GRAFT_PYTHON'], 'python3', 'python'].find(
  (name) => name && spawnSync(name, ['-c', 'import numpy, PIL']).status === 0,
)

function answers(language: 'python' | 'javascript', folder: string, args: readonly string[]): Entry[] {
  const [program, name] = language === 'python' ? [PYTHON!, 'predict.py'] : [process.execPath, 'predict.mjs']
  return JSON.parse(execFileSync(program, [join(folder, name), ...args, '--json'], { encoding: 'utf8', maxBuffer: 1e8 })) as Entry[] // prettier-ignore
}

/** A folder with the programs, what they read, and the packages of Node. */
function programFolder(name: string, model: ExportModel, code: Partial<typeof ECHO>): string {
  const folder = join(root, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'labels.json'), labelsJson(model))
  writeFileSync(join(folder, 'preprocessing.json'), preprocessingJson(model))
  if (code.python) writeFileSync(join(folder, 'predict.py'), pythonProgram(model, code.python))
  if (code.javascript) writeFileSync(join(folder, 'predict.mjs'), javascriptProgram(model, code.javascript))
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'), 'junction')
  return folder
}

/** A model whose classes are its inputs. */
function echoModel(preprocessing: Preprocessing, width: number, takesPixels = false): ExportModel {
  const { network, weights, read } = pixelModel()
  const classes = Array.from({ length: width }, (_, i) => `input ${i}`)
  return { network, weights, read, preprocessing, heads: [{ name: 'x', column: 'x', type: 'classification', classes }], takesPixels } // prettier-ignore
}

function normalised(pixels: Uint8Array, preprocessing: ImagePreprocessing): number[] {
  const { scale, shift } = normalisationOf(preprocessing)
  return Array.from(pixels, (value, i) => value * scale[i % scale.length]! + shift[i % shift.length]!)
}

describe.each(['javascript', 'python'] as const)('the shipped program in %s', (language) => {
  if (language === 'python' && PYTHON === undefined) {
    return it.skip('is not run here: no python3 or python with numpy and Pillow is on the path', () => undefined)
  }

  it.each<[string, ImagePreprocessing, boolean]>([
    ['cover', PIXEL_MODEL, true],
    ['stretch, grey', { ...PIXEL_MODEL, channels: 1, mean: [0.4], std: [0.3], resize: 'stretch' }, false],
  ])('makes Graft’s own pixels of every kind of file: %s', async (name, size, takesPixels) => {
    const width = size.height * size.width * size.channels
    const folder = programFolder(`${language} ${name}`, echoModel(size, width, takesPixels), ECHO)
    const entries = answers(language, folder, [pictures])
    const names = entries.map(({ path }) => path.slice(pictures.length + 1).replaceAll('\\', '/'))
    expect(names).toEqual([...good, ...bad].sort())
    for (const [i, entry] of entries.entries()) {
      if (bad.includes(names[i]!)) {
        expect(entry).toEqual({ path: entry.path, error: expect.any(String) as string })
        continue
      }
      const pixels = await decodeToSize(entry.path, size)
      const expected = takesPixels ? [...pixels] : normalised(pixels, size)
      const received = Object.values(entry.probabilities!)
      const largest = Math.max(...expected.map((value, at) => Math.abs(value - received[at]!)))
      expect(largest, names[i]).toBeLessThan(1e-5)
    }
  })

  it('says what has computed, each with its version, and how long', () => {
    const column = { name: 'a', type: 'numeric', mean: 0, std: 1 } as const
    const model = echoModel({ kind: 'table', columns: [column] }, 1)
    const folder = programFolder(`${language} versions`, model, ECHO)
    writeFileSync(join(folder, 'rows.csv'), 'a\n1\n')
    const [command, name] = language === 'python' ? [PYTHON!, 'predict.py'] : [process.execPath, 'predict.mjs']
    const { stderr } = spawnSync(command, [join(folder, name), join(folder, 'rows.csv'), '--time'], {
      encoding: 'utf8',
    })
    const ask = 'import numpy, platform; print(f"Python {platform.python_version()}, numpy {numpy.__version__}")'
    const versionOf = (each: string) =>
      (JSON.parse(readFileSync(join(folder, 'node_modules', each, 'package.json'), 'utf8')) as { version: string })
        .version
    const expected =
      language === 'python'
        ? spawnSync(command, ['-c', ask], { encoding: 'utf8' }).stdout.trim()
        : [`Node.js ${process.versions.node}`, ...ECHO.javascript.computedBy.map((each) => `${each} ${versionOf(each)}`)].join(', ') // prettier-ignore
    expect(stderr).toMatch(/: [\d.]+ ms an entry\n$/)
    expect(stderr.slice(0, stderr.lastIndexOf(': '))).toBe(expected)
  })

  it('reads tables as Graft does', async () => {
    const table: Extract<Preprocessing, { kind: 'table' }> = {
      kind: 'table',
      columns: [
        { name: 'weight', type: 'numeric', mean: 1000, std: 20, decimal: 'comma', missing: { cells: 2, texts: ['x'] } },
        { name: 'hue, tint', type: 'categorical', categories: ['red', 'blé'] },
        { name: 'price', type: 'numeric', mean: 0, std: 0 },
        { name: 'age', type: 'numeric', mean: 5, std: 2, missing: { cells: 0, texts: [] } },
      ],
    }
    const file = join(root, `${language}.csv`)
    const lines = [
      'age;"hue, tint";price;weight;more',
      '7;red;€ 3,50;1.234;',
      '8;"ble\u0301";12 %;x;z',
      '9;unknown;-0,5;1.020,5;"a;""b"""',
      ';red;1;2;3',
      'nine;red;1;2;3',
      '1;2',
      '10;blé;;NA;',
    ]
    writeFileSync(file, lines.join('\r\n'))
    const width = tableWidth(table)
    const entries = answers(language, programFolder(`${language} table`, echoModel(table, width), ECHO), [file])
    const read = await readCsv(file)
    const write = tableInputs(table, cellReaders(read, table))
    expect(entries.map(({ path }) => path)).toEqual(lines.slice(1).map((_, i) => `row ${i + 1}`))
    const errors = entries.flatMap(({ error }, i) => (error === undefined ? [] : [i]))
    expect(errors).toEqual([3, 4, 5])
    // Graft leaves out the line that does not fit.
    const places = [0, 1, 2, null, null, null, 5]
    for (const [i, place] of places.entries()) {
      if (place === null) continue
      const expected = new Float32Array(width)
      write(place, expected, 0)
      const received = Object.values(entries[i]!.probabilities!)
      received.forEach((value, at) => expect(value, lines[i + 1]).toBeCloseTo(expected[at]!, 5))
    }
  })
})

describe('predict.mjs of a TensorFlow.js export', () => {
  it('gives Graft’s own answers, also of several heads and numbers', async () => {
    for (const [name, model] of Object.entries({
      one: pixelModel(),
      'several heads': pixelModel({ resize: 'stretch' }, BOTH_HEADS),
      number: pixelModel({}, ONE_NUMBER),
    })) {
      const folder = programFolder(`tfjs ${name}`, model, { javascript: tfjsExporter.runtimes!(model).javascript! })
      await tfjsExporter.write(model, folder)
      const predict = await tfjsExporter.load!(plainTf as unknown as Tf, folder)
      const files = good.map((file) => join(pictures, file))
      const size = model.preprocessing as ImagePreprocessing
      for (const entry of answers('javascript', folder, files)) {
        const x = normalised(await decodeToSize(entry.path, size), size)
        const outputs = predict(plainTf.tensor(x, [1, size.height, size.width, size.channels]) as never)
        const heads = model.heads.length === 1 ? { [model.heads[0]!.name]: entry } : entry.heads!
        model.heads.forEach((head, h) => {
          const values = [...outputs[h]!.dataSync()]
          const answer = heads[head.name]!
          if (head.type === 'regression') {
            expect(answer.value).toBeCloseTo(values[0]! * head.scale!.std + head.scale!.mean, 4)
            return
          }
          expect(answer.predicted).toBe(head.classes[values.indexOf(Math.max(...values))])
          head.classes.forEach((label, c) => expect(Math.abs(answer.probabilities![label]! - values[c]!)).toBeLessThan(1e-5)) // prettier-ignore
        })
      }
    }
  })

  it('prints for a person, and says how it is used', () => {
    const folder = join(root, 'tfjs one')
    const run = (...args: string[]) => spawnSync(process.execPath, [join(folder, 'predict.mjs'), ...args], { encoding: 'utf8' }) // prettier-ignore
    const printed = run(join(pictures, 'a.jpg'), join(pictures, 'none.jpg'), '--top', '2').stdout
    expect(printed).toMatch(/^.*a\.jpg\n {2}\w+ {2}\d\d\.\d\d %\n {2}\w+ {2}\d+\.\d\d %\n.*none\.jpg: cannot be read: /)
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--json') as string })
    expect(run().status).toBe(2)
  })
})

it('the resize of the program is the definition, too', async () => {
  const source = `data:text/javascript,${encodeURIComponent(JAVASCRIPT_PIXELS)}`
  const { resize } = (await import(/* @vite-ignore */ source)) as { resize(image: Pixels, size: object): Pixels }
  const cases = JSON.parse(readFileSync(new URL('../fixtures/resize/pillow.json', import.meta.url), 'utf8')) as {
    from: [number, number]
    size: ImagePreprocessing
    pixels: number[]
  }[]
  for (const {
    from: [width, height],
    size,
    pixels,
  } of cases) {
    const { channels } = size
    const data = new Uint8Array(width * height * channels)
    for (let i = 0; i < data.length; i++) {
      const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)]
      data[i] = x * 37 + y * 101 + c * 53 + x * y * 7
    }
    expect([...resize({ width, height, channels, data }, size).data]).toEqual(pixels)
  }
})
