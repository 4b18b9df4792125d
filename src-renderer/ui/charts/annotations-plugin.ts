import type { Chart, Plugin } from 'chart.js'
import type { DrawnBandPoint } from './line-datasets.ts'

/** A vertical line with a word, e.g. the suggested learning rate. */
export interface ChartMark {
  readonly x: number
  readonly label: string
}

/** A dataset with a band around its curve; set by line-chart.ts. */
export interface Banded {
  band?: DrawnBandPoint[]
}

/** What a chart carries beside its datasets; set by line-chart.ts. */
export interface Annotated {
  graftAnnotations?: { readonly marks: readonly ChartMark[]; readonly colour: string; readonly font: string }
}

/** Bands under the curves, marks above them. */
export const annotationsPlugin: Plugin<'line'> = {
  id: 'graftAnnotations',
  beforeDatasetsDraw(chart) {
    clipped(chart, () => {
      for (const dataset of chart.data.datasets) {
        const { band } = dataset as Banded
        if (band !== undefined && band.length > 1) drawBand(chart, band, String(dataset.borderColor ?? ''))
      }
    })
  },
  afterDatasetsDraw(chart) {
    clipped(chart, () => drawMarks(chart))
  },
}

function clipped(chart: Chart, draw: () => void): void {
  const { ctx, chartArea } = chart
  ctx.save()
  ctx.beginPath()
  ctx.rect(chartArea.left, chartArea.top, chartArea.width, chartArea.height)
  ctx.clip()
  draw()
  ctx.restore()
}

function drawBand(chart: Chart, band: readonly DrawnBandPoint[], colour: string): void {
  const { x, y } = chart.scales
  if (!x || !y) return
  const { ctx } = chart
  ctx.beginPath()
  for (const point of band) ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.high))
  for (const point of band.toReversed()) ctx.lineTo(x.getPixelForValue(point.x), y.getPixelForValue(point.low))
  ctx.closePath()
  ctx.globalAlpha = 0.16
  ctx.fillStyle = colour
  ctx.fill()
}

function drawMarks(chart: Chart): void {
  const { marks, colour, font } = (chart as Annotated).graftAnnotations ?? { marks: [], colour: '', font: '' }
  const { ctx, chartArea, scales } = chart
  if (!scales['x']) return
  ctx.strokeStyle = colour
  ctx.fillStyle = colour
  ctx.font = `11px ${font}`
  ctx.textBaseline = 'top'
  marks.forEach((mark, index) => {
    const at = scales['x']?.getPixelForValue(mark.x) ?? NaN
    if (!(at >= chartArea.left && at <= chartArea.right)) return
    ctx.setLineDash([2, 3])
    ctx.beginPath()
    ctx.moveTo(at, chartArea.top)
    ctx.lineTo(at, chartArea.bottom)
    ctx.stroke()
    // Words of neighbours go one below the other; near the right edge they stand on the left of their line.
    const isRight = at + ctx.measureText(mark.label).width + 8 > chartArea.right
    ctx.textAlign = isRight ? 'right' : 'left'
    ctx.fillText(mark.label, at + (isRight ? -4 : 4), chartArea.top + 2 + (index % 4) * 14)
  })
}
