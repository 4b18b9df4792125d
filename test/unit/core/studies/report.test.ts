import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { StudySpecInput } from '../../../../src-main/contract/studies.ts'
import { TOY_STUDY, trainTo } from '../../../support/study-scripts.ts'
import { openToyWorkspace, testWorkbench, type TestWorkbench, trainToyRun } from '../../../support/test-workbench.ts'

let test: TestWorkbench
beforeEach(async () => {
  test = testWorkbench()
  await openToyWorkspace(test)
})
afterEach(() => test.close())

const EVIL = '<script>alert(1)</script>'

async function studied(): Promise<string> {
  test.trainer.script('train', trainTo(({ spec }) => (spec.strategy.type === 'fine-tuning' ? 0.9 : 0.7) + spec.seed / 100)) // prettier-ignore
  const study = { ...structuredClone(TOY_STUDY), name: EVIL } as unknown as StudySpecInput
  const { studyId } = await test.call('studies.start', { study })
  await test.when('studies.changed', ({ study: told }) => told?.id === studyId && told.status === 'finished')
  return studyId
}

async function report(input: { studyId: string } | { runIds: string[] }): Promise<string> {
  const { path } = await test.call('studies.report', input)
  return readFileSync(path, 'utf8')
}

describe('the report on a study', () => {
  it('has what the study found, and the file to run it again', async () => {
    const studyId = await studied()
    const text = await report({ studyId })
    const { results, spec, plan } = await test.call('studies.get', { studyId })
    for (const row of results.rows) {
      expect(text).toContain(`${((row.mean ?? 0) * 100).toFixed(1)} %`)
      expect(text).toContain(`${((row.half ?? 0) * 100).toFixed(1)} %`)
    }
    for (const { label } of plan) expect(text).toContain(label)
    const [, pre = ''] = /<pre>([\s\S]*?)<\/pre>/.exec(text) ?? []
    const file = pre.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#39;', "'")
    expect(JSON.parse(file.replaceAll('&amp;', '&'))).toEqual(spec)
    expect(text).not.toMatch(/<script|https?:/)
  })

  it('is the same when it is written again', async () => {
    const studyId = await studied()
    expect(await report({ studyId })).toBe(await report({ studyId }))
  })
})

describe('the report on runs', () => {
  it('tells how many items each got right, what differs, and each spec', async () => {
    const runIds = [await trainToyRun(test), await trainToyRun(test)]
    const text = await report({ runIds })
    const { counts } = await test.call('runs.confusion', { runId: runIds[0]!, split: 'test' })
    const hits = counts.reduce((sum, row, index) => sum + (row[index] ?? 0), 0)
    expect(text).toContain(`${hits} of ${counts.flat().reduce((sum, count) => sum + count, 0)}`)
    expect(text).toContain('No parameter differs.')
    // Both are called the same: their ids tell them apart.
    for (const runId of runIds) expect(text).toContain(`(${runId})`)
    expect(text.split('<pre>')).toHaveLength(3)
  })

  it('goes where it is told to, and over nothing', async () => {
    const runIds = [await trainToyRun(test)]
    const file = join(test.folder, 'mine.html')
    writeFileSync(file, 'mine')
    expect(await test.raw('studies.report', { runIds, file })).toMatchObject({ error: { code: 'E_INPUT' } })
    expect(readFileSync(file, 'utf8')).toBe('mine')
    mkdirSync(join(test.folder, 'out'))
    const { path, reportId } = await test.call('studies.report', { runIds, file: join(test.folder, 'out') })
    expect([dirname(path), basename(path)]).toEqual([join(test.folder, 'out'), expect.stringMatching(/-report\.html$/)])
    expect([existsSync(path), test.workbench.media(['report', reportId])]).toEqual([
      true,
      expect.objectContaining({ path }),
    ])
    expect(await test.raw('studies.report', { runIds, studyId: 'x' })).toMatchObject({ error: { code: 'E_NOT_FOUND' } })
  })
})
