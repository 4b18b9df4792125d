import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createContext, projectRoot } from '../../build/setup/context.mjs'
import { ensureRenderer } from '../../build/setup/ensure-renderer.mjs'

const out = join(projectRoot, 'out')

beforeAll(() => ensureRenderer(createContext()), 120_000)

test('the preload is one file that needs nothing but Electron', () => {
  expect(readdirSync(join(out, 'preload'))).toEqual(['preload.cjs'])
  const text = readFileSync(join(out, 'preload', 'preload.cjs'), 'utf8')
  const required = [...text.matchAll(/\brequire\(\s*["'`]([^"'`]+)["'`]\s*\)/g)].map(([, name]) => name)
  expect(new Set(required)).toEqual(new Set(['electron']))
  expect(text).not.toMatch(/^\s*import\s|\bimport\(/m)
  expect(text.length).toBeLessThan(20_000)
})

test('the main process never reaches TensorFlow', () => {
  const seen = new Set<string>()
  const outside = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(file, 'utf8')
    for (const [, name] of text.matchAll(/(?:from|import)\s*\(?["']([^"']+)["']/g)) {
      if (name?.startsWith('.')) visit(join(file, '..', name))
      else outside.add(name as string)
    }
  }
  visit(join(out, 'main', 'hosts', 'electron', 'main.js'))
  expect(seen.size).toBeGreaterThan(20)
  expect([...outside].filter((name) => name.startsWith('@tensorflow') || name === 'sharp')).toEqual([])
})

test('the page has no inline script or style, so that its policy can be strict', () => {
  const html = readFileSync(join(out, 'renderer', 'index.html'), 'utf8')
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=/i)
  expect(html).not.toMatch(/https?:\/\//)
})
