import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js'
import type { ChartDataset, ChartOptions } from 'chart.js'
import type { Range } from './chart-range.ts'
import { annotationsPlugin, type Annotated, type Banded, type ChartMark } from './annotations-plugin.ts'
import type { ChartTheme } from './chart-theme.ts'
import type { DrawnCurve, DrawnPoint } from './line-datasets.ts'
import { markersPlugin, type Marked } from './markers-plugin.ts'

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale)

export interface Zoom {
  readonly x: Range
  readonly y: Range
}

export interface LineLook {
  readonly theme: ChartTheme
  readonly logY: boolean
  readonly zoom: Zoom | null
  readonly xTitle: string
  readonly formatX: (value: number) => string
  readonly formatY: (value: number) => string
  /** Values are shares: the axis never leaves 0..1. */
  readonly share: boolean
  /** What x spans when nothing is zoomed; null: what the curves span. */
  readonly xRange: Range | null
  readonly logX?: boolean
  /** What y spans when nothing is zoomed; null or absent: what the curves span. */
  readonly yRange?: Range | null
  /** Vertical lines with a word. */
  readonly marks?: readonly ChartMark[]
}

export type GraftLineChart = Chart<'line', DrawnPoint[]>

/** The box between two points of the canvas as values; null when it is too small to be meant. */
export function zoomOfBox(
  chart: GraftLineChart,
  from: readonly [number, number],
  to: readonly [number, number],
): Zoom | null {
  const { x, y } = chart.scales
  const { left, right, top, bottom } = chart.chartArea
  if (!x || !y || Math.abs(from[0] - to[0]) < 8 || Math.abs(from[1] - to[1]) < 8) return null
  const clampX = (px: number) => Math.max(left, Math.min(right, px))
  const clampY = (px: number) => Math.max(top, Math.min(bottom, px))
  const xs = [from[0], to[0]].map((px) => x.getValueForPixel(clampX(px)) ?? 0).sort((a, b) => a - b)
  const ys = [from[1], to[1]].map((px) => y.getValueForPixel(clampY(px)) ?? 0).sort((a, b) => a - b)
  return { x: { from: xs[0] ?? 0, to: xs[1] ?? 1 }, y: { from: ys[0] ?? 0, to: ys[1] ?? 1 } }
}

export function createLineChart(canvas: HTMLCanvasElement, look: LineLook): GraftLineChart {
  return new Chart(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: optionsOf(look),
    plugins: [annotationsPlugin, markersPlugin],
  })
}

/** From here on curves are drawn as hairlines: broad strokes of many thousand points take longer than a frame. */
const MANY_POINTS = 4000

export function drawLineChart(chart: GraftLineChart, curves: readonly DrawnCurve[], look: LineLook): void {
  const points = curves.reduce((sum, curve) => sum + curve.points.length, 0)
  const width = points > MANY_POINTS ? 1 : 1.6
  ;(chart as Annotated).graftAnnotations = { marks: look.marks ?? [], colour: look.theme.text2, font: look.theme.font }
  chart.data.datasets = curves.map((curve) => datasetOf(curve, look.theme, width))
  chart.options = optionsOf(look)
  chart.update('none')
}

function datasetOf(
  curve: DrawnCurve,
  theme: ChartTheme,
  width: number,
): ChartDataset<'line', DrawnPoint[]> & Marked & Banded {
  const colour = theme.series[curve.colour % theme.series.length] ?? theme.text
  return {
    data: curve.points,
    borderColor: curve.faint ? `${colour}44` : colour,
    borderWidth: curve.faint ? 1 : width,
    borderDash: curve.dashed && !curve.faint ? [5, 4] : [],
    borderJoinStyle: 'bevel',
    pointRadius: 0,
    pointHitRadius: 0,
    tension: 0,
    showLine: !curve.lineless,
    lineless: curve.lineless,
    ...(curve.band === null ? {} : { band: curve.band }),
    ...(curve.faint ? {} : { markerPosition: curve.position }),
  }
}

function optionsOf(look: LineLook): ChartOptions<'line'> {
  const { theme, zoom } = look
  const xRange = zoom?.x ?? look.xRange
  const yRange = zoom?.y ?? look.yRange
  const font = { family: theme.font, size: 11 }
  const axis = { grid: { color: theme.line, tickLength: 4 }, border: { color: theme.line } }
  const ticks = { color: theme.text2, font, maxRotation: 0, autoSkipPadding: 12 }
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    // Values are read from the data by our own crosshair; chart.js need not look for points under the pointer.
    events: [],
    layout: { padding: { top: 8, right: 12, bottom: 0, left: 0 } },
    scales: {
      x: {
        ...axis,
        type: look.logX ? 'logarithmic' : 'linear',
        ...(xRange ? { min: xRange.from, max: xRange.to } : {}),
        title: { display: true, text: look.xTitle, color: theme.text2, font },
        ticks: {
          ...ticks,
          maxTicksLimit: 9,
          includeBounds: false,
          callback(value) {
            return xTick(Number(value), look, this.max / this.min)
          },
        },
      },
      y: {
        ...axis,
        type: look.logY ? 'logarithmic' : 'linear',
        ...(yRange ? { min: yRange.from, max: yRange.to } : {}),
        afterDataLimits: (scale) => void (look.logY || yRange || giveRoom(scale, look.share)),
        ticks: { ...ticks, maxTicksLimit: 7, includeBounds: false, callback: (value) => yTick(Number(value), look) },
      },
    },
  }
}

/** A little room above and below the curves, but none below 0 for what is never negative, nor above 100 %. */
function giveRoom(scale: { min: number; max: number }, isShare: boolean): void {
  const room = (scale.max - scale.min) * 0.04 || Math.abs(scale.max) * 0.05 || 0.01
  scale.min = scale.min >= 0 ? Math.max(0, scale.min - room) : scale.min - room
  scale.max = isShare ? Math.min(1, scale.max + room) : scale.max + room
}

/** On a logarithmic axis only 1, 2 and 5 times a power of ten are named. */
function yTick(value: number, look: LineLook): string {
  return !look.logY || isNamed(value, [1, 2, 5]) ? look.formatY(value) : ''
}

/** Where x spans many powers of ten only they are named. `span`: the largest value over the smallest. */
function xTick(value: number, look: LineLook, span: number): string {
  return !look.logX || isNamed(value, span > 300 ? [1] : [1, 2, 5]) ? look.formatX(value) : ''
}

function isNamed(value: number, leading: readonly number[]): boolean {
  if (value <= 0) return true
  const first = value / 10 ** Math.floor(Math.log10(value) + 1e-9)
  return leading.some((named) => Math.abs(first - named) < 1e-6)
}
