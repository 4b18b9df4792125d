import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../../src-renderer/styles/tokens.css', import.meta.url), 'utf8')

function tokensOf(theme: string): Map<string, string> {
  const block = new RegExp(`html\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? ''
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const GROUNDS = ['--ground', '--panel', '--panel-2', '--hover']
const TEXT_PAIRS = [
  ...['--text', '--text-2', '--text-3'].flatMap((text) => GROUNDS.map((ground) => [text, ground])),
  ...['action', 'frozen', 'teacher', 'target', 'danger', 'warn'].flatMap((tone) => [
    [`--${tone}`, '--panel'],
    [`--${tone}`, '--ground'],
    [`--${tone}`, `--${tone}-soft`],
    ['--text', `--${tone}-soft`],
    ['--text-2', `--${tone}-soft`],
  ]),
  ['--action-text', '--action'],
  ['--text-3', '--action-soft'],
]
const SHAPE_PAIRS = [
  ...['--panel', '--ground'].flatMap((ground) => [
    ['--line-strong', ground],
    ['--focus', ground],
  ]),
  ...Array.from({ length: 12 }, (_, index) => [`--series-${index}`, '--panel']),
]

describe.each(['light', 'dark'])('%s theme', (theme) => {
  const tokens = tokensOf(theme)
  const of = (name: string): string => tokens.get(name) ?? 'missing'

  it('has every text pair at 4.5:1', () => {
    const low = TEXT_PAIRS.map(([a = '', b = '']) => ({ pair: `${a} on ${b}`, ratio: contrast(of(a), of(b)) })).filter(
      (one) => !(one.ratio >= 4.5),
    )
    expect(low).toEqual([])
  })

  it('has every control border, focus ring and series at 3:1', () => {
    const low = SHAPE_PAIRS.map(([a = '', b = '']) => ({ pair: `${a} on ${b}`, ratio: contrast(of(a), of(b)) })).filter(
      (one) => !(one.ratio >= 3),
    )
    expect(low).toEqual([])
  })
})
