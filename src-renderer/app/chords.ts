/** The parts of a keyboard event that make a chord. */
export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
  readonly altKey: boolean
}

const NAMED: Record<string, string> = {
  ' ': 'space',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Escape: 'escape',
}

/** One key press as text: 'ctrl+shift+z', '?', 'f1'. Null for a modifier alone. On a Mac, Command counts as ctrl. */
export function chordOf(press: KeyPress, mac: boolean): string | null {
  if (['Control', 'Shift', 'Alt', 'Meta', 'CapsLock', 'Dead', 'Process'].includes(press.key)) return null
  const key = keyOf(press)
  const symbol = key.length === 1 && !/[a-z]/.test(key)
  const parts: string[] = []
  if (mac ? press.metaKey : press.ctrlKey) parts.push('ctrl')
  if (mac ? press.ctrlKey : press.metaKey) parts.push('meta')
  if (press.altKey) parts.push('alt')
  // '?' already says shift; letters and named keys do not.
  if (press.shiftKey && !symbol) parts.push('shift')
  return [...parts, key].join('+')
}

/** On layouts without Latin letters the key's place decides, so that shortcuts work there, too. */
function keyOf({ key, code }: KeyPress): string {
  const named = NAMED[key]
  if (named !== undefined) return named
  if (key.length > 1) return key.toLowerCase()
  if (key > '~' && /^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase()
  return key.toLowerCase()
}

/** 'Ctrl + Z' and 'ctrl+z' are one binding: modifiers in one order, lower case. */
export function tidyKeys(keys: string): string {
  return keys
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .map((chord) => {
      const plus = chord === '+' || chord.endsWith('++')
      const parts = (plus ? chord.slice(0, -1) : chord).split('+').filter(Boolean)
      const key = plus ? '+' : (parts.pop() ?? '')
      return [...['ctrl', 'meta', 'alt', 'shift'].filter((part) => parts.includes(part)), key].join('+')
    })
    .join(' ')
}
