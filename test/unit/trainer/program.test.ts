import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import type { Preprocessing } from '../../../src-main/contract/network.ts'
import type { ChildMessage, ExportJob, ManifestItem, ProgramJob } from '../../../src-main/contract/trainer.ts'
import { decodeToSize } from '../../../src-main/data/decode.ts'
import { openPackWriter } from '../../../src-main/data/pack.ts'
import { readCsv } from '../../../src-main/data/read-csv.ts'
import { writeTable } from '../../../src-main/data/table-pack.ts'
import { nodeLauncher } from '../../../src-main/hosts/shared/node-launcher.ts'
import { tableLoader } from '../../../src-main/trainer/open-table-rows.ts'
import { askProgram } from '../../../src-main/trainer/program/ask-program.ts'
import { commandsOf } from '../../../src-main/trainer/program/commands.ts'
import { writeProgramFiles } from '../../../src-main/trainer/program/program-files.ts'
import { cellReaders } from '../../../src-main/trainer/table-cells.ts'
import { tableInputs } from '../../../src-main/trainer/table-inputs.ts'

const root = mkdtempSync(join(tmpdir(), 'graft-program-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const HEADS: ProgramJob['heads'] = [
  { name: 'kind', column: 'kind', type: 'classification', classes: ['ant', 'bee'] },
  { name: 'size', column: 'size', type: 'regression', classes: [] },
]

/** A program in Node, which is at hand everywhere. */
function job(text: string, more: Partial<ProgramJob> = {}): ProgramJob {
  const folder = mkdtempSync(join(root, 'export-'))
  writeFileSync(join(folder, 'predict.mjs'), text)
  return { kind: 'program', language: 'javascript', folder, files: ['a.png', 'b.png'], heads: HEADS, ...more }
}
const ask = (one: ProgramJob) => askProgram(one, new AbortController().signal)
const TIME = "console.error('Node.js 24: 3.25 ms an entry')"

describe('the program of an export', () => {
  it('answers as it prints, whatever libraries print before', async () => {
    const entries = [
      { path: 'a.png', heads: { kind: { predicted: 'bee', probabilities: { bee: 0.75, ant: 0.25 } }, size: { value: 7 } } },
      { path: 'b.png', heads: { kind: { predicted: 'ant', probabilities: { bee: 0.5, ant: 0.5 } }, size: { value: -1 } } },
    ] // prettier-ignore
    const text = `console.log('[loading] hello'); console.log(JSON.stringify(${JSON.stringify(entries)}, null, 1)); ${TIME}`
    expect(await ask(job(text))).toEqual({
      outputs: [[[0.25, 0.75], [0.5, 0.5]], [[7], [-1]]],
      runtime: 'Node.js 24',
      msPerImage: 3.25,
    }) // prettier-ignore
  })

  it('is asked for the files, as JSON', async () => {
    const text = "import { writeFileSync } from 'node:fs'\nwriteFileSync(new URL('asked', import.meta.url), process.argv.slice(2).join())" // prettier-ignore
    const one = job(text)
    await ask(one)
    expect(readFileSync(join(one.folder, 'asked'), 'utf8')).toBe('a.png,b.png,--json,--time')
  })

  it.each([
    ["import 'no-such-package'", 'its package no-such-package is not installed here'],
    ["throw new RangeError('too small')", 'it did not end well: RangeError: too small'],
    ['process.exit(4)', 'it did not end well: exit code 4'],
    ["console.log('nothing')", 'it did not print what it should'],
    [`console.log('[{"path": "a.png", "error": "no picture"}]'); ${TIME}`, 'it could not read a.png: no picture'],
    [`console.log('[{"path": "a.png", "heads": {}}]'); ${TIME}`, 'it left out a class or a number'],
  ])('that does %s says why it counts for nothing', async (text, reason) => {
    expect(await ask(job(text))).toEqual({ notRun: reason })
  })

  it('takes Graft’s own packages where none lie around it', async () => {
    const text = `import { zipSync } from 'fflate'\nconsole.log('[{"path": "a", "value": ' + typeof zipSync === 'x' + '}]')`
    expect(await ask(job(text))).toEqual({ notRun: 'it did not print what it should' })
  })

  it('needs a Python for predict.py', async () => {
    vi.stubEnv('GRAFT_PYTHON', join(root, 'no-python'))
    expect(await ask(job('', { language: 'python' }))).toEqual({
      notRun: expect.stringContaining('no Python') as string,
    })
    vi.unstubAllEnvs()
  })

  it.each(['cancelled', 'killed'])('ends with the process that runs it when that is %s', async (how) => {
    const text = "import { writeFileSync } from 'node:fs'\nwriteFileSync(new URL('pid', import.meta.url), String(process.pid))\nsetInterval(() => {}, 1000)" // prettier-ignore
    const one = job(text)
    const pidFile = join(one.folder, 'pid')
    const messages: ChildMessage[] = []
    const exit = Promise.withResolvers<void>()
    const child = nodeLauncher().launch(one, {
      onMessage: (message) => void messages.push(message),
      onExit: () => exit.resolve(),
    })
    const running = () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== ''
    await vi.waitFor(() => expect(running()).toBe(true), { timeout: 15_000, interval: 50 })
    const pid = Number(readFileSync(pidFile, 'utf8'))
    if (how === 'killed') child.kill()
    else child.send({ type: 'control', action: 'cancel' })
    await exit.promise
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000, interval: 50 })
    expect(messages.at(-1)?.type === 'done').toBe(how === 'cancelled')
  })
})

describe('what it is asked for', () => {
  const item = (row: number, path: string | null = null): ManifestItem => {
    return { id: row + 1, name: `item ${row}`, path, row, contentHash: '', split: 'test', targets: [] }
  }
  const files = (preprocessing: object, pack: string | null, items: ManifestItem[]) => {
    const part = { model: { preprocessing }, samples: { pack, items } } as unknown as ExportJob
    return writeProgramFiles(part, items, mkdtempSync(join(root, 'files-')))
  }

  it('are the items’ own files, and packed pictures as they are', async () => {
    const pack = join(root, 'pixels.u8')
    const shape = { height: 2, width: 3, channels: 1 } as const
    const writer = await openPackWriter(pack, shape)
    const pixels = [Uint8Array.of(1, 2, 3, 4, 5, 6), Uint8Array.of(9, 8, 7, 6, 5, 255)]
    for (const one of pixels) await writer.add(one)
    await writer.close()
    const made = await files({ kind: 'image' }, pack, [item(1), item(0)])
    expect([...(await decodeToSize(made[0]!, { ...shape, resize: 'cover' }))]).toEqual([...pixels[1]!])
    expect([...(await decodeToSize(made[1]!, { ...shape, resize: 'cover' }))]).toEqual([...pixels[0]!])
    expect(await files({ kind: 'image' }, null, [item(0, '/a/b.jpg')])).toEqual(['/a/b.jpg'])
  })

  it('are rows of a table in one file, which reads back as the same inputs', async () => {
    const pack = join(root, 'table.bin')
    const numbers = [Float64Array.of(1.234, 5.5, NaN), Float64Array.of(1.234, 1e-7, -20.125)]
    const hue = { name: 'hue, "tint"', type: 'categorical' as const, categories: ['red', 'dark, blue'] }
    await writeTable(pack, {
      rows: 3,
      columns: [
        { name: 'weight', type: 'numeric', categories: [], values: numbers[0]! },
        { ...hue, values: Float64Array.of(1, 0, NaN) },
        { name: 'price', type: 'numeric', categories: [], values: numbers[1]! },
      ],
    })
    const numeric = { type: 'numeric', mean: 1, std: 2 } as const
    const preprocessing: Extract<Preprocessing, { kind: 'table' }> = {
      kind: 'table',
      columns: [{ ...numeric, name: 'price', decimal: 'comma' }, hue, { ...numeric, name: 'weight', decimal: 'point' }],
    }
    const items = [item(2), item(0), item(1)]
    const [file] = await files(preprocessing, pack, items)
    const write = tableInputs(preprocessing, cellReaders(await readCsv(file!), preprocessing))
    const load = await tableLoader(pack, items, preprocessing)
    for (const i of [0, 1, 2]) {
      const read = new Float32Array(4)
      write(i, read, 0)
      expect([...read]).toEqual([...load([i])])
    }
  })
})

describe('the Pythons that are tried', () => {
  const pythonsOn = (platform: NodeJS.Platform) => {
    vi.stubEnv('GRAFT_PYTHON', '')
    const commands = commandsOf(job('', { language: 'python' }), platform)
    vi.unstubAllEnvs()
    return commands
  }

  it('are those that each system brings, the one of an environment first', () => {
    expect(pythonsOn('linux').map(({ command }) => command)).toEqual(['python3', 'python'])
    expect(pythonsOn('win32').map(({ command }) => command)).toEqual(['python', 'py', 'python3'])
  })

  it('is the one that somebody names', () => {
    vi.stubEnv('GRAFT_PYTHON', 'D:\\venv\\Scripts\\python.exe')
    const commands = commandsOf(job('', { language: 'python' }), 'win32')
    vi.unstubAllEnvs()
    expect(commands.map(({ command }) => command)).toEqual(['D:\\venv\\Scripts\\python.exe'])
  })
})
