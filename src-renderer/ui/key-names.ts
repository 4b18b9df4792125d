const NAMES: Record<string, string> = {
  ctrl: 'Ctrl',
  shift: 'Shift',
  alt: 'Alt',
  meta: 'Meta',
  enter: 'Enter',
  escape: 'Esc',
  space: 'Space',
  backspace: 'Backspace',
  delete: 'Del',
  tab: 'Tab',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
}

const MAC: Record<string, string> = { ctrl: '⌘', shift: '⇧', alt: '⌥', meta: '⌃' }

export const isMac = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform)

/** 'ctrl+shift+z' -> ['Ctrl', 'Shift', 'Z']; a sequence 'g d' -> ['G', 'D']. */
export function keyParts(keys: string, mac: boolean = isMac): string[] {
  return keys
    .trim()
    .split(/\s+/)
    .flatMap((chord) => splitChord(chord).map((part) => (mac ? (MAC[part] ?? name(part)) : name(part))))
}

/** Readable text of a key, for tooltips and labels: "Ctrl+Shift+Z", "G then D". */
export function keyText(keys: string, mac: boolean = isMac): string {
  return keys
    .trim()
    .split(/\s+/)
    .map((chord) =>
      splitChord(chord)
        .map((part) => (mac ? (MAC[part] ?? name(part)) : name(part)))
        .join(mac ? '' : '+'),
    )
    .join(' then ')
}

/** Splits a chord at '+', where '+' itself may be the key ('ctrl++'). */
export function splitChord(chord: string): string[] {
  if (chord === '+') return ['+']
  if (chord.endsWith('++')) return [...chord.slice(0, -2).split('+'), '+']
  return chord.split('+')
}

function name(part: string): string {
  return NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1))
}
