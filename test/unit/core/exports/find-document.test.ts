import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findDocument } from '../../../../src-main/core/exports/find-document.ts'
import type { App } from '../../../../src-main/core/session/app.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-document-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const place = (name: string): string => join(folder, name)
const reports = new Map(['there', 'gone', 'link'].map((name) => [name, place(`${name}.html`)]))
const app = { session: {}, reports } as unknown as App
const find = (id: string) => findDocument(app, ['report', id])

test('a report is a part of its file', () => {
  writeFileSync(place('there.html'), '<p>it')
  expect(find('there')).toMatchObject({ path: place('there.html'), offset: 0, length: 5 })
})

test('one that was moved or removed says so, and where it lay', () => {
  const found = find('gone')
  expect(found).toMatchObject({ type: 'text/html; charset=utf-8', missing: place('gone.html') })
  const text = new TextDecoder().decode((found as { bytes: Uint8Array }).bytes)
  expect(text).toContain('This file is gone')
  expect(text).toContain(place('gone.html'))
})

test('a link in its place, and an id of nothing, are nothing', () => {
  symlinkSync(place('there.html'), place('link.html'))
  expect(find('link')).toBeNull()
  expect(find('other')).toBeNull()
})
