import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExhibitOf } from '../../src-main/contract/exhibits.ts'
import { listExhibits, putExhibit } from '../../src-main/core/store/exhibits-repo.ts'
import { openStore, type Store } from '../../src-main/core/store/open.ts'
import { deleteRun } from '../../src-main/core/store/runs-repo.ts'
import { insertTestRun } from '../support/store-rows.ts'

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-exhibits-'))
  store = openStore(folder, { kind: 'test', now: new Date() })
})
afterEach(() => {
  store.close()
  rmSync(folder, { recursive: true })
})

const text = (id: string, words: string): ExhibitOf<'text'> => ({ kind: 'text', id, title: id, words, level: 'info' })
const idsOf = (run: number, ids?: string[]): string[] => listExhibits(store.db, run, ids).map((exhibit) => exhibit.id)

describe('exhibits', () => {
  it('come in the order in which they first came; the newest of an id counts', () => {
    const run = insertTestRun(store.db, 'a')
    for (const id of ['z', 'b', 'm']) putExhibit(store.db, run, text(id, 'old'))
    putExhibit(store.db, run, text('b', 'new'))
    expect(listExhibits(store.db, run)).toEqual([text('z', 'old'), text('b', 'new'), text('m', 'old')])
  })

  it('are asked for by id', () => {
    const run = insertTestRun(store.db, 'a')
    for (const id of ['z', 'b', 'm']) putExhibit(store.db, run, text(id, ''))
    expect(idsOf(run, ['m', 'z', 'nowhere'])).toEqual(['z', 'm'])
    expect(idsOf(run, [])).toEqual([])
  })

  it('belong to one run and go with it', () => {
    const [first, second] = [insertTestRun(store.db, 'a'), insertTestRun(store.db, 'b')]
    putExhibit(store.db, first, text('same', 'first'))
    putExhibit(store.db, second, text('same', 'second'))
    deleteRun(store.db, first)
    expect(store.db.all('SELECT run, id FROM exhibits')).toEqual([{ run: second, id: 'same' }])
  })
})
