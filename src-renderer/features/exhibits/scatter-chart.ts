import type { ExhibitOf } from '@contract/exhibits.ts'
import { Chart, LinearScale, LogarithmicScale, PointElement, ScatterController } from 'chart.js'
import type { ChartDataset, ChartOptions, Plugin, PointStyle } from 'chart.js'
import { markerOf } from '../../ui/charts/chart-series.ts'
import type { ChartTheme } from '../../ui/charts/chart-theme.ts'
import { formatNumber } from '../../ui/format.ts'

Chart.register(ScatterController, PointElement, LinearScale, LogarithmicScale)

type Scatter = ExhibitOf<'scatter'>
export type ScatterChart = Chart<'scatter', { x: number; y: number; at: number }[]>

interface WithRegions {
  graftRegions?: { readonly regions: Scatter['regions']; readonly colours: readonly string[] }
}

/** Regions behind the points: each cell in its group's colour, and hatched by its group, so that colour is not needed. */
const regionsPlugin: Plugin<'scatter'> = {
  id: 'graftRegions',
  beforeDatasetsDraw(chart) {
    const { regions, colours } = (chart as WithRegions).graftRegions ?? { regions: null, colours: [] }
    const { x, y } = chart.scales
    if (!regions || !x || !y) return
    const { ctx, chartArea } = chart
    ctx.save()
    ctx.beginPath()
    ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height)
    ctx.clip()
    const stepX = (regions.maxX - regions.minX) / regions.columns
    const stepY = (regions.maxY - regions.minY) / regions.rows
    const patterns = colours.map((colour, index) => hatch(ctx, colour, index))
    regions.cells.forEach((group, cell) => {
      const column = cell % regions.columns
      const row = Math.floor(cell / regions.columns)
      const left = x.getPixelForValue(regions.minX + column * stepX)
      const right = x.getPixelForValue(regions.minX + (column + 1) * stepX)
      const bottom = y.getPixelForValue(regions.minY + row * stepY)
      const top = y.getPixelForValue(regions.minY + (row + 1) * stepY)
      ctx.fillStyle = patterns[group % patterns.length] ?? 'transparent'
      ctx.fillRect(left, top, right - left + 0.5, bottom - top + 0.5)
    })
    ctx.restore()
  },
}

/** Faint ground of a colour with lines whose direction turns with the group. */
function hatch(ctx: CanvasRenderingContext2D, colour: string, index: number): CanvasPattern | string {
  const tile = document.createElement('canvas')
  const size = 10
  tile.width = tile.height = size
  const brush = tile.getContext('2d')
  if (!brush) return `${colour}22`
  brush.fillStyle = `${colour}1c`
  brush.fillRect(0, 0, size, size)
  brush.strokeStyle = `${colour}4a`
  brush.beginPath()
  const lines: readonly (readonly [number, number, number, number])[] = [
    [0, size, size, 0],
    [0, 0, size, size],
    [0, size / 2, size, size / 2],
    [size / 2, 0, size / 2, size],
  ]
  const [fromX, fromY, toX, toY] = lines[index % lines.length] ?? [0, 0, 0, 0]
  brush.moveTo(fromX, fromY)
  brush.lineTo(toX, toY)
  brush.stroke()
  return ctx.createPattern(tile, 'repeat') ?? `${colour}22`
}

export function createScatter(canvas: HTMLCanvasElement): ScatterChart {
  return new Chart(canvas, { type: 'scatter', data: { datasets: [] }, plugins: [regionsPlugin] }) as ScatterChart
}

export function drawScatter(
  chart: ScatterChart,
  exhibit: Scatter,
  look: { theme: ChartTheme; hidden: ReadonlySet<number> },
): void {
  const colours = look.theme.series
  ;(chart as WithRegions).graftRegions = { regions: exhibit.regions, colours }
  chart.data.datasets = exhibit.groups.map((_group, index) => datasetOf(exhibit, index, look))
  chart.options = optionsOf(exhibit, look.theme)
  chart.update('none')
}

/** The source's points are full, the target's hollow. */
function datasetOf(
  exhibit: Scatter,
  index: number,
  { theme, hidden }: { theme: ChartTheme; hidden: ReadonlySet<number> },
): ChartDataset<'scatter', { x: number; y: number; at: number }[]> {
  const colour = theme.series[index % theme.series.length] ?? theme.text
  const isTarget = exhibit.groups[index]?.domain === 'target'
  const many = exhibit.points.length > 1500
  return {
    label: exhibit.groups[index]?.name ?? '',
    data: hidden.has(index)
      ? []
      : exhibit.points.flatMap(({ x, y, group }, at) => (group === index ? [{ x, y, at }] : [])),
    pointStyle: markerOf(index) as PointStyle,
    pointRadius: many ? 2 : 4,
    pointBorderWidth: many ? 1 : 1.5,
    pointBorderColor: colour,
    pointBackgroundColor: isTarget ? 'transparent' : `${colour}cc`,
  }
}

function optionsOf(exhibit: Scatter, theme: ChartTheme): ChartOptions<'scatter'> {
  const font = { family: theme.font, size: 11 }
  const { regions } = exhibit
  const axis = (which: 'x' | 'y') => ({
    type: exhibit[which].log ? ('logarithmic' as const) : ('linear' as const),
    grid: { color: theme.line },
    border: { color: theme.line },
    title: { display: exhibit[which].label !== '', text: exhibit[which].label, color: theme.text2, font },
    ticks: { color: theme.text2, font, maxTicksLimit: 7, callback: (value: unknown) => formatNumber(Number(value), 3) },
    ...(regions === null
      ? {}
      : which === 'x'
        ? { min: regions.minX, max: regions.maxX }
        : { min: regions.minY, max: regions.maxY }),
  })
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { top: 8, right: 12, bottom: 0, left: 0 } },
    scales: { x: axis('x'), y: axis('y') },
  }
}

/** The point under the pointer, if one is near. */
export function pointAt(chart: ScatterChart, px: number, py: number): number | null {
  let best: { at: number; distance: number } | null = null
  const { x, y } = chart.scales
  if (!x || !y) return null
  for (const dataset of chart.data.datasets) {
    for (const point of dataset.data) {
      const distance = Math.hypot(x.getPixelForValue(point.x) - px, y.getPixelForValue(point.y) - py)
      if (distance < 10 && distance < (best?.distance ?? Infinity)) best = { at: point.at, distance }
    }
  }
  return best?.at ?? null
}
