const THIN = ' '

/** As many digits as the number deserves: about four significant ones, no trailing zeros beyond them. */
export function formatNumber(value: number | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return '–'
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return tidyExponent(value.toExponential(Math.max(0, digits - 2)))
  const decimals = Math.max(0, Math.min(6, digits - 1 - Math.floor(Math.log10(size))))
  return minus(String(Number(value.toFixed(decimals))))
}

/** A number of the user's own (a label, a cell, a prediction): its digits in full from a thousand on, since what tells a year, a time or a
 *  price from the next one may stand behind the fourth. */
export function formatQuantity(value: number, digits = 4): string {
  const size = Math.abs(value)
  return size >= 1000 && size < 1e15 ? minus(String(Number(value.toFixed(2)))) : formatNumber(value, digits)
}

/** Counts for headers: 4.65 M, 12.3 k, 960. */
export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  const size = Math.abs(value)
  for (const [limit, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    // 999,950 would round up to "1000 k": the larger unit takes it.
    if (size >= limit * 0.9995 && size >= 1000) return `${threeDigits(value / limit)}${THIN}${unit}`
  }
  return minus(String(Math.round(value)))
}

/** A whole number with grouped thousands: 12,345. */
export function formatInteger(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : minus(Math.round(value).toLocaleString('en-US'))
}

/** A share 0..1 as "93.4 %". */
export function formatPercent(share: number | null | undefined, decimals = 1): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return '–'
  return `${minus((share * 100).toFixed(decimals))}${THIN}%`
}

export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–'
  let value = bytes
  for (const unit of ['B', 'KB', 'MB', 'GB', 'TB']) {
    if (value < 999.5 || unit === 'TB') return `${unit === 'B' ? Math.round(value) : threeDigits(value)}${THIN}${unit}`
    value /= 1000
  }
  return '–'
}

/** 0.4 s, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–'
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)}${THIN}ms`
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))}${THIN}s`
  const whole = Math.round(seconds)
  const [days, hours, minutes] = [
    Math.floor(whole / 86400),
    Math.floor((whole % 86400) / 3600),
    Math.floor((whole % 3600) / 60),
  ]
  if (days > 0) return pair(days, 'd', hours, 'h')
  if (hours > 0) return pair(hours, 'h', minutes, 'min')
  return minutes > 0 ? pair(minutes, 'min', whole % 60, 's') : `${whole}${THIN}s`
}

/** A moment as people say it: "just now", "5 min ago", "today 14:02", "3 Mar 14:02", "3 Mar 2025". */
export function formatTime(iso: string | null | undefined, now: Date = new Date()): string {
  if (!iso) return '–'
  const then = new Date(iso)
  if (Number.isNaN(then.getTime())) return '–'
  const seconds = (now.getTime() - then.getTime()) / 1000
  if (seconds >= 0 && seconds < 60) return 'just now'
  if (seconds >= 0 && seconds < 3600) return `${Math.floor(seconds / 60)}${THIN}min ago`
  const clock = `${String(then.getHours()).padStart(2, '0')}:${String(then.getMinutes()).padStart(2, '0')}`
  if (then.toDateString() === now.toDateString()) return `today ${clock}`
  const day = `${then.getDate()} ${MONTHS[then.getMonth()] ?? ''}`
  return then.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${day} ${then.getFullYear()}`
}

/** "1 image", "2 images". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatInteger(count)} ${count === 1 ? one : many}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function threeDigits(value: number): string {
  const size = Math.abs(value)
  return minus(String(Number(value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2))))
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${THIN}${largeUnit}` : `${large}${THIN}${largeUnit} ${small}${THIN}${smallUnit}`
}

function tidyExponent(text: string): string {
  return minus(text.replace(/\.?0+e/, 'e').replace('e+', 'e'))
}

function minus(text: string): string {
  return text.replace(/^-/, '−')
}
