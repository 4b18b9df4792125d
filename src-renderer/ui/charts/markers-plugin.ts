import type { Chart, Plugin } from 'chart.js'
import { drawPoint } from 'chart.js/helpers'
import { markerOf } from './chart-series.ts'

/** Which marker a dataset carries; set by line-chart.ts. */
export interface Marked {
  markerPosition?: number
  /** The markers are all there is: each point gets one. */
  lineless?: boolean
}

const GAP_PX = 90
const FEW = 30

/** Draws a marker now and then along each curve. Chart.js' own points cost an object and options per point. */
export const markersPlugin: Plugin<'line'> = {
  id: 'graftMarkers',
  afterDatasetsDraw(chart) {
    const { ctx, chartArea } = chart
    ctx.save()
    ctx.beginPath()
    ctx.rect(chartArea.left - 4, chartArea.top - 4, chartArea.width + 8, chartArea.height + 8)
    ctx.clip()
    chart.data.datasets.forEach((dataset, index) => {
      const position = (dataset as Marked).markerPosition
      const { lineless = false } = dataset as Marked
      if (position !== undefined) drawMarkers(chart as Chart<'line'>, index, { position, all: lineless })
    })
    ctx.restore()
  },
}

function drawMarkers(chart: Chart<'line'>, index: number, marker: { position: number; all: boolean }): void {
  const { position, all } = marker
  const { ctx } = chart
  const colour = String(chart.data.datasets[index]?.borderColor ?? '')
  const points = chart.getDatasetMeta(index).data
  ctx.strokeStyle = colour
  ctx.fillStyle = colour
  // Shifted per curve, so that markers of close curves do not cover each other.
  const isFew = all || points.length <= FEW
  let next = isFew ? -Infinity : (points[0]?.x ?? 0) + 16 + ((position * 23) % GAP_PX)
  for (const point of points) {
    if (point.x < next) continue
    if (!isFew) next = point.x + GAP_PX
    drawPoint(ctx, { pointStyle: markerOf(position), rotation: 0, radius: 3.5, borderWidth: 1.5 }, point.x, point.y)
  }
}
