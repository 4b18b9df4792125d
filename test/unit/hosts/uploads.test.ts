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

const refused = (message: string, fix: string) => expect.objectContaining({ code: 'E_SOURCE_PATH', message, fix })

it('a path stays inside what was dropped', async () => {
  const fix = 'Drop the folder again.'
  for (const path of ['../x', 'a/../../x', '../dropped files.bak/x', 'a\0b']) {
    const message = `Expected a path inside the dropped folder. Received: ${path}`
    await expect(receive('one', path, 'x')).rejects.toEqual(refused(message, fix))
  }
  // An absolute one is one below the folder.
  await receive('one', '/etc/a.txt', 'x')
  await receive('one', 'b/../c.txt', 'x')
  expect(readdirSync(uploads.resolve('one')).sort()).toEqual(['c.txt', 'etc'])
})

it.runIf(process.platform === 'win32')(
  'a name that Windows cannot keep, or hides behind another, is refused',
  async () => {
    for (const path of ['birds/1.jpg:2.jpg', 'nul.txt', 'con/1.jpg', 'birds./1.jpg']) {
      await expect(receive('names', path, 'x')).rejects.toMatchObject({ code: 'E_SOURCE_PATH' })
    }
  },
)

it('a batch has a plain name of up to 64 characters', async () => {
  const fix = 'Drop the files again; dropped files are kept only until the workbench closes.'
  for (const batch of ['', '..', 'a/b', 'a b', 'ä', 'x'.repeat(65), 'a\n']) {
    const error = refused(`Expected files that were dropped on this window. Received: upload:${batch}`, fix)
    await expect(receive(batch, 'a.txt', 'x')).rejects.toEqual(error)
    expect(() => uploads.resolve(batch)).toThrow(error)
  }
  await receive('x'.repeat(64), 'a.txt', 'x')
  expect(basename(uploads.resolve('x'.repeat(64)))).toBe('a.txt')
})

it('what was never dropped, or is gone, is told so', async () => {
  expect(() => uploads.resolve('nothing')).toThrow('Received: upload:nothing')
  await receive('one', 'a.txt', 'x')
  await uploads.close()
  expect(() => uploads.resolve('one')).toThrow('Received: upload:one')
})

it('files that are too large are refused, and nothing of them stays', async () => {
  const limited = await openUploads({ maxFiles: 9, maxFileBytes: 5 })
  const parts = (...sizes: number[]) => Readable.from(sizes.map((size) => Buffer.alloc(size)))
  await limited.receive('one', 'a.bin', parts(3, 2))
  await expect(limited.receive('one', 'b.bin', parts(3, 3))).rejects.toMatchObject({
    code: 'E_SOURCE_FORMAT',
    message: 'Expected a dropped file of at most 5 bytes. Received: b.bin, which is larger.',
    fix: 'Choose the folder with "Import" instead: it is then read in place.',
  })
  expect(basename(limited.resolve('one'))).toBe('a.bin')
  await limited.close()
})

it('more files than a batch may have are refused', async () => {
  const limited = await openUploads({ maxFiles: 2, maxFileBytes: 5 })
  const drop = (batch: string, path: string) => limited.receive(batch, path, Readable.from(['x']))
  for (const path of ['a', 'b']) await drop('one', path)
  await expect(drop('one', 'c')).rejects.toMatchObject({
    code: 'E_SOURCE_FORMAT',
    message: 'Expected at most 2 dropped files.',
    fix: 'Choose the folder with "Import" instead: it is then read in place.',
  })
  await drop('two', 'a')
  expect(readdirSync(limited.resolve('one'))).toEqual(['a', 'b'])
  await limited.close()
})

it('a file whose sender goes away does not stay as a part', async () => {
  const broken = new Readable({
    read() {
      this.push('half')
      this.destroy(new Error('gone'))
    },
  })
  await expect(uploads.receive('one', 'a.bin', broken)).rejects.toThrow('gone')
  await receive('one', 'b.bin', 'x')
  expect(basename(uploads.resolve('one'))).toBe('b.bin')
})
