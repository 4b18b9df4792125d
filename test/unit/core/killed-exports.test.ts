import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeUnfinished, withUnfinished } from '../../../src-main/core/files/unfinished.ts'
import { testWorkbench } from '../../support/test-workbench.ts'

const EXPORTER = fileURLToPath(new URL('../../support/export-until-killed.ts', import.meta.url))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-killed-'))
  mkdirSync(join(folder, 'elsewhere'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const left = (): string[] => readdirSync(join(folder, 'elsewhere'))

/** Exports into a folder outside of the workspace, and kills the whole process in the middle of it. */
async function killed(what: 'dataset' | 'model'): Promise<void> {
  const child = spawn(process.execPath, [EXPORTER, what, folder, join(folder, 'elsewhere', 'out')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const said = await once(child.stdout, 'data')
  expect(String(said)).toBe('writing\n')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

describe.each(['dataset', 'model'] as const)('the export of a %s that is killed', (what) => {
  it('leaves nothing once the workspace is opened again', async () => {
    await killed(what)
    expect(left()).toEqual([expect.stringMatching(/^out\.part-\d+$/)])
    const test = testWorkbench({ folder })
    await test.call('workspace.open', { source: join(folder, 'ws') })
    expect([left(), existsSync(join(folder, 'ws', 'unfinished'))]).toEqual([[], false])
    await test.close()
  })
})

describe('what is written outside of a workspace', () => {
  const records = (): string => join(folder, 'records')
  const out = (): string => join(folder, 'elsewhere', 'out')

  it('is begun anew after one that was killed', async () => {
    mkdirSync(`${out()}.part-1`)
    await withUnfinished(records(), out(), async () => expect(left()).toEqual([]))
    expect(existsSync(records())).toBe(false)
  })

  it('on a disk that is not there is removed another time, and nothing else ever is', () => {
    mkdirSync(records())
    const away = join(folder, 'away')
    writeFileSync(join(records(), 'a.json'), JSON.stringify({ path: join(away, 'out') }))
    writeFileSync(join(records(), 'b.json'), '{"path"')
    removeUnfinished(records())
    expect(readdirSync(records())).toEqual(['a.json'])
    mkdirSync(join(away, 'out.part-3'), { recursive: true })
    for (const name of ['out', 'out.part-x', 'other.part-3']) mkdirSync(join(away, name))
    removeUnfinished(records())
    expect(readdirSync(away).sort()).toEqual(['other.part-3', 'out', 'out.part-x'])
    expect(existsSync(records())).toBe(false)
  })
})
