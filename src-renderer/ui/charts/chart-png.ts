import type { ChartSeries } from './chart-series.ts'
import type { ChartTheme } from './chart-theme.ts'

const ROW = 18
const PAD = 14

/** The drawn chart with its title and legend on the panel's ground, as a PNG. */
export function chartPng(
  canvas: HTMLCanvasElement,
  title: string,
  series: readonly ChartSeries[],
  theme: ChartTheme,
): Promise<Blob> {
  const scale = canvas.width / canvas.clientWidth || 1
  const width = canvas.clientWidth + 2 * PAD
  const height = canvas.clientHeight + 2 * PAD + ROW + series.length * ROW + 8
  const target = document.createElement('canvas')
  target.width = Math.round(width * scale)
  target.height = Math.round(height * scale)
  const context = target.getContext('2d')
  if (context === null) return Promise.reject(new Error('No 2d canvas'))
  context.scale(scale, scale)
  context.fillStyle = theme.panel
  context.fillRect(0, 0, width, height)
  context.fillStyle = theme.text
  context.textBaseline = 'middle'
  context.font = `600 13px ${theme.font}`
  context.fillText(title, PAD, PAD + 4)
  context.drawImage(canvas, PAD, PAD + ROW, canvas.clientWidth, canvas.clientHeight)
  context.font = `12px ${theme.font}`
  series.forEach((one, index) => legendRow(context, one, theme, PAD + ROW + canvas.clientHeight + 12 + index * ROW))
  return new Promise((resolve, reject) =>
    target.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be made'))), 'image/png'),
  )
}

function legendRow(context: CanvasRenderingContext2D, series: ChartSeries, theme: ChartTheme, y: number): void {
  context.strokeStyle = theme.series[series.colour % theme.series.length] ?? theme.text
  context.lineWidth = 2
  context.setLineDash(series.dashed ? [5, 4] : [])
  context.beginPath()
  context.moveTo(PAD, y)
  context.lineTo(PAD + 24, y)
  context.stroke()
  context.fillStyle = theme.text
  context.fillText(series.label, PAD + 32, y)
}
