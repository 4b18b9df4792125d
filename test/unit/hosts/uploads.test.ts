import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openUploads, type Uploads } from '../../../src-main/hosts/http/uploads.ts'

let uploads: Uploads
beforeEach(async () => (uploads = await openUploads()))
afterEach(() => uploads.close())

const receive = (batch: string, path: string, content: string) => uploads.receive(batch, path, Readable.from([content]))

it('one dropped folder stands for itself, several things for the folder that holds them', async () => {
  await receive('one', 'birds/1.jpg', 'x')
  expect(basename(uploads.resolve('one'))).toBe('birds')
  await receive('two', 'birds/1.jpg', 'x')
  await receive('two', 'list.csv', 'x')
  expect(basename(uploads.resolve('two'))).toBe('dropped files')
  expect(readdirSync(uploads.resolve('two'))).toEqual(['birds', 'list.csv'])
})

it('files of one name do not take each other’s place', async () => {
  for (const content of ['first', 'second', 'third']) await receive('same', 'birds/1.jpg', content)
  const folder = uploads.resolve('same')
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  expect(['1.jpg', '1 (2).jpg', '1 (3).jpg'].map(read)).toEqual(['first', 'second', 'third'])
})

it('what cannot be written is refused, not numbered for ever', async () => {
  await receive('file', 'birds', 'a file')
  await expect(receive('file', 'birds/1.jpg', 'below a file')).rejects.toThrow(/ENOTDIR|EEXIST/)
})
