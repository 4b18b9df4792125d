import { describe, expect, it } from 'vitest'
import type { ChildMessage, ImportedItem } from '../../../src-main/contract/trainer.ts'
import { createControl } from '../../../src-main/trainer/control.ts'
import { createImportSink } from '../../../src-main/trainer/import-sink.ts'

const item = (i: number): ImportedItem => ({
  name: `${i}`,
  labels: {},
  width: 1,
  height: 1,
  channels: 1,
  contentHash: `${i}`,
  values: null,
  path: null,
  row: i,
  thumb: null,
  split: null,
})

function collect() {
  const messages: ChildMessage[] = []
  const sink = createImportSink(async (message) => void messages.push(message))
  const of = <T extends ChildMessage['type']>(type: T) =>
    messages.filter((message): message is Extract<ChildMessage, { type: T }> => message.type === type)
  return { sink, of }
}

describe('createImportSink', () => {
  it('sends items in slices of 500, in order, and none is lost', async () => {
    const { sink, of } = collect()
    for (let i = 0; i < 1201; i++) await sink.item(item(i))
    await sink.flush()
    expect(of('items').map((message) => message.items.length)).toEqual([500, 500, 201])
    expect(of('items').flatMap((message) => message.items.map((one) => one.row))).toEqual([...Array(1201).keys()])
  })

  it('lists 5,000 problems of a kind and counts the rest', async () => {
    const { sink, of } = collect()
    for (let i = 0; i < 5100; i++) sink.problem({ path: `${i}`, code: 'truncated', message: 'x', level: 'error' })
    sink.problem({ path: 'other', code: 'zero-bytes', message: 'x', level: 'error' })
    await sink.flush()
    const problems = of('problems').flatMap((message) => message.problems)
    expect(problems).toHaveLength(5002)
    expect(problems.at(-1)).toMatchObject({ code: 'truncated', message: expect.stringContaining('100 more') })
    expect(Math.max(...of('problems').map((message) => message.problems.length))).toBeLessThanOrEqual(500)
  })

  it('tells of progress a few times a second, and of the last', async () => {
    const { sink, of } = collect()
    for (let i = 1; i <= 1000; i++) sink.progress(i, 1000, 'Reading')
    await sink.flush()
    expect(of('progress').length).toBeLessThan(5)
    expect(of('progress').at(-1)).toMatchObject({ done: 1000, total: 1000 })
  })
})

describe('createControl', () => {
  it('tells of every request, keeps a cancel, and aborts on it alone', () => {
    const control = createControl()
    const heard: string[] = []
    const remove = control.subscribe((action) => heard.push(action))
    control.request('pause')
    expect([control.requested, control.signal.aborted]).toEqual(['pause', false])
    control.request('cancel')
    control.request('stop')
    expect([control.requested, control.signal.aborted, heard]).toEqual(['cancel', true, ['pause', 'cancel']])
    const late: string[] = []
    control.subscribe((action) => late.push(action))
    expect(late).toEqual(['cancel'])
    remove()
  })
})
