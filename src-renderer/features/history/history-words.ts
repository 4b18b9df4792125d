import type { HistoryEntry } from '@contract/history.ts'
import { formatInteger, formatTime } from '../../ui/format.ts'

/** "today 12:01–12:09", "3 Mar 23:55 – 4 Mar 00:10", "today 12:01". */
export function spanWords(from: string, to: string, now: Date = new Date()): string {
  const start = momentWords(from, now)
  if (clock(from) === clock(to) && sameDay(from, to)) return start
  return sameDay(from, to) ? `${start}–${clock(to)}` : `${start} – ${momentWords(to, now)}`
}

/** A day and a time of day, also of a moment ago: two of them have to read alike. */
function momentWords(iso: string, now: Date): string {
  if (sameDay(iso, now.toISOString())) return `today ${clock(iso)}`
  const told = formatTime(iso, now)
  return told.endsWith(clock(iso)) ? told : `${told} ${clock(iso)}`
}

function sameDay(a: string, b: string): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString()
}

function clock(iso: string): string {
  const then = new Date(iso)
  return `${String(then.getHours()).padStart(2, '0')}:${String(then.getMinutes()).padStart(2, '0')}`
}

export function versionWords({ first, last }: Pick<HistoryEntry, 'first' | 'last'>): string {
  return first === last ? formatInteger(first) : `${formatInteger(first)}–${formatInteger(last)}`
}
