import { expect, it } from 'vitest'
import { freezeBlocks } from '../../../../src-main/base/html/freeze-blocks.ts'
import { intervalChart } from '../../../../src-main/base/html/interval-chart.ts'
import { lineChart } from '../../../../src-main/base/html/line-chart.ts'
import { markup } from '../../../../src-main/base/html/markup.ts'
import { matrix } from '../../../../src-main/base/html/matrix.ts'
import { fold, page, section } from '../../../../src-main/base/html/page.ts'
import { facts, table } from '../../../../src-main/base/html/table.ts'
import { rangeOf, roundTicks } from '../../../../src-main/base/html/ticks.ts'

const EVIL = `<script>alert(1)</script>" onload='x' & </style>`
const ESCAPED = '&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&#39;x&#39; &amp; &lt;/style&gt;'
const text = (value: number) => String(value)

it('what is put into a template is text, and only a template is HTML', () => {
  expect(markup`<b title="${EVIL}">${[EVIL, null, 3, markup`<i>x</i>`]}</b>`.text).toBe(
    `<b title="${ESCAPED}">${ESCAPED}3<i>x</i></b>`,
  )
})

it('no piece of a page lets the text of a user out', () => {
  const points = [[0, 1], [1, 2]] as const // prettier-ignore
  const row = { label: EVIL, colour: 0, mean: 1, half: 0.5, values: [1, 2] }
  const pieces = [
    table([{ label: EVIL }], [[EVIL]]),
    facts([[EVIL, EVIL]]),
    matrix([EVIL, 'b'], [[1, 0], [1, 1]]), // prettier-ignore
    fold(EVIL, EVIL),
    lineChart({ title: EVIL, along: EVIL, curves: [{ label: EVIL, colour: 1, points }], isShare: false, text: () => EVIL }), // prettier-ignore
    intervalChart({ title: EVIL, rows: [row], mark: { value: 1, label: EVIL }, isShare: false, text: () => EVIL }),
    freezeBlocks([{ label: EVIL, layers: [{ name: EVIL, state: 'frozen', parameters: 1 }] }]),
  ]
  const all = page({ title: EVIL, lead: EVIL, body: [section(EVIL, pieces)] })
  expect(all).not.toMatch(/<script|onload='/)
  expect(all.split('</style>')).toHaveLength(2)
})

it('a page refers to nothing outside of it, and its policy lets nothing in', () => {
  const all = page({ title: 'a', lead: 'b', body: [] })
  expect(all).not.toMatch(/https?:|url\(|@import|<link|src=/)
  expect(all).toMatch(/content="default-src &#39;none&#39;; style-src &#39;sha256-[\w+/]{43}=&#39;; img-src data:;/)
})

it('a chart places values where its ticks say', () => {
  const points = [[0, 0.25], [10, 0.75]] as const // prettier-ignore
  const curves = [{ label: 'a', colour: 0, points }]
  const drawn = lineChart({ title: 't', along: 'x', curves, isShare: true, text }).text
  const line = /points="([\d.]+),([\d.]+) ([\d.]+),([\d.]+)"/.exec(drawn)?.slice(1).map(Number) ?? []
  expect([line[0], line[2]]).toEqual([56, 450])
  // 0.25 and 0.75 stand 6 % of their distance inside of the plot, 8 to 186.
  expect([line[1], line[3]]).toEqual([176.5, 17.5].map((y) => expect.closeTo(y, 0)))
  expect(lineChart({ title: 't', along: 'x', curves: [{ ...curves[0]!, points: [[1, 2]] }], isShare: false, text }).text).toContain('<circle') // prettier-ignore
  expect(lineChart({ title: 't', along: 'x', curves: [], isShare: false, text }).text).not.toContain('NaN')
})

it('a matrix shades a cell by its share of the row', () => {
  const drawn = matrix(['a', 'b'], [[9, 1], [0, 0]]).text // prettier-ignore
  expect([...drawn.matchAll(/<td class="([^"]*)">(\d+)/g)].map(([, name, count]) => [name, count])).toEqual([
    ['h9 hit', '9'],
    ['h1', '1'],
    ['', '0'],
    [' hit', '0'],
  ])
})

it('ticks are round and inside', () => {
  expect(roundTicks(0.13, 0.62, 4)).toEqual([0.2, 0.4, 0.6])
  expect(roundTicks(0, 3, 6)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3])
  expect(roundTicks(5, 5, 4)).toEqual([5])
  expect(rangeOf([0.99, NaN, 1], true)).toEqual({ from: expect.closeTo(0.9894), to: 1 })
  expect(rangeOf([], false)).toEqual({ from: 0, to: 1 })
})
