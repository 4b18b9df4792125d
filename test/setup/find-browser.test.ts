import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findBrowser } from '../../build/setup/find-browser.mjs'
import { machine, program } from './support.ts'

test('a given path, then an installed one, then the download of the test library, then a sentence', () => {
  const m = machine()
  expect(() => findBrowser(m)).toThrow(/there is none: install Chromium.*apt install chromium.*GRAFT_BROWSER/)

  const build = join(m.env.HOME, '.cache/ms-playwright/chromium-1300/chrome-linux64')
  mkdirSync(build, { recursive: true })
  program(build, 'chrome', '')
  expect(findBrowser(m)).toBe(join(build, 'chrome'))

  program(m.bin, 'google-chrome', '')
  expect(findBrowser(m)).toBe(join(m.bin, 'google-chrome'))

  program(m.bin, 'mine', '')
  m.env.GRAFT_BROWSER = join(m.bin, 'mine')
  expect(findBrowser(m)).toBe(join(m.bin, 'mine'))

  m.env.GRAFT_BROWSER = '/nowhere/chrome'
  expect(() => findBrowser(m)).toThrow(/GRAFT_BROWSER is \/nowhere\/chrome, but there is no program there/)
})
