import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { drives, listFolder } from '../../../../src-main/core/files/list-folder.ts'

it('Windows has a place for each drive that answers, and none for one that keeps everybody waiting', async () => {
  const asked: string[] = []
  const found = await drives((root) => {
    asked.push(root)
    if (root === 'N:\\') return new Promise(() => undefined)
    return 'CD'.includes(root[0]!) ? Promise.resolve() : Promise.reject(new Error('ENOENT'))
  })
  expect(found).toEqual([
    { label: 'Drive C:', path: 'C:\\' },
    { label: 'Drive D:', path: 'D:\\' },
  ])
  expect(asked).toHaveLength(24)
  expect(asked.some((root) => /^[AB]/.test(root))).toBe(false)
})

it('the places of this computer are there, and the folder with what is in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'graft-list-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'фото 猫.png'), 'x')
  const { path, parent, places, entries } = await listFolder(folder)
  expect([path, parent]).toEqual([folder, join(folder, '..')])
  expect(entries).toEqual([{ name: 'фото 猫.png', path: join(folder, 'фото 猫.png'), kind: 'file', sizeBytes: 1 }])
  expect(places[0]).toEqual({ label: 'Home', path: homedir() })
  const top = process.platform === 'win32' ? { label: 'Drive C:', path: 'C:\\' } : { label: 'Computer', path: '/' }
  expect(places).toContainEqual(top)
})
