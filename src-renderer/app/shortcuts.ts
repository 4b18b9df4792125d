import { computed, type ComputedRef, getCurrentScope, onScopeDispose, shallowRef, triggerRef } from 'vue'
import { isMac } from '../ui/key-names.ts'
import { useSettings } from '../stores/settings.ts'
import { chordOf, tidyKeys } from './chords.ts'

export interface Shortcut {
  /** 'ctrl+z', 'f1', '?', or a sequence 'g d'. Several: the first is shown, all work. */
  readonly keys: string | readonly string[]
  readonly label: string
  readonly run: (event: KeyboardEvent) => void
  readonly when?: () => boolean
  /** Works while a text field has the focus, too. */
  readonly whileTyping?: boolean
}

export interface KnownShortcut {
  readonly id: string
  readonly scope: string
  readonly label: string
  /** As built in. */
  readonly defaults: readonly string[]
}

interface Registration {
  readonly scope: string
  readonly inDialog: boolean
  readonly list: readonly Shortcut[]
}

const SETTING = 'shortcuts'
const SEQUENCE_MS = 900
const active = shallowRef<Registration[]>([])
const known = shallowRef(new Map<string, KnownShortcut>())

/** Registers the keys of one screen or dialog while it lives. Later registrations win over earlier ones; with
 *  `inDialog` they work while a modal dialog is open (and only registrations of dialogs do then). */
export function useShortcuts(scope: string, list: readonly Shortcut[], options: { inDialog?: boolean } = {}): void {
  const registration = { scope, list, inDialog: options.inDialog ?? false }
  for (const shortcut of list) {
    const id = shortcutId(scope, shortcut.label)
    known.value.set(id, { id, scope, label: shortcut.label, defaults: defaultsOf(shortcut) })
  }
  triggerRef(known)
  active.value = [...active.value, registration]
  const remove = (): void => void (active.value = active.value.filter((one) => one !== registration))
  if (getCurrentScope()) onScopeDispose(remove)
}

/** The keys of a shortcut as the user has bound them: for tooltips. */
export function useBoundKeys(): (scope: string, label: string, fallback: string) => string {
  const settings = useSettings()
  return (scope, label, fallback) => settings.get<Bindings>(SETTING, {})[shortcutId(scope, label)] ?? fallback
}

export type Bindings = Readonly<Record<string, string>>

export function shortcutId(scope: string, label: string): string {
  return `${scope}/${label}`
}

/** For the sheet of keys: everything seen so far with its present binding, and how to change it. */
export function useShortcutTable(): {
  rows: ComputedRef<(KnownShortcut & { keys: readonly string[]; changed: boolean; active: boolean })[]>
  bind: (id: string, keys: string) => void
  restore: (id?: string) => void
} {
  const settings = useSettings()
  const rows = computed(() => {
    const bound = settings.get<Bindings>(SETTING, {})
    const scopes = new Set(active.value.map((one) => one.scope))
    return [...known.value.values()].map((row) => {
      const own = bound[row.id]
      return {
        ...row,
        keys: own === undefined ? row.defaults : [own],
        changed: own !== undefined,
        active: scopes.has(row.scope),
      }
    })
  })
  function bind(id: string, keys: string): void {
    void settings.set(SETTING, { ...settings.get<Bindings>(SETTING, {}), [id]: tidyKeys(keys) })
  }
  function restore(id?: string): void {
    const { [id ?? '']: _gone, ...rest } = settings.get<Bindings>(SETTING, {})
    void settings.set(SETTING, id === undefined || Object.keys(rest).length === 0 ? null : rest)
  }
  return { rows, bind, restore }
}

/** Listens for keys. Call once, in the app. */
export function useShortcutListener(): void {
  const settings = useSettings()
  let pending = ''
  let pendingAt = 0
  const onKey = (event: KeyboardEvent): void => {
    const chord = chordOf(event, isMac)
    if (event.defaultPrevented || event.isComposing || chord === null) return
    const typed = pending !== '' && event.timeStamp - pendingAt < SEQUENCE_MS ? `${pending} ${chord}` : chord
    const found = match(typed, event, settings.get<Bindings>(SETTING, {}))
    const hit = found === null && typed !== chord ? match(chord, event, settings.get<Bindings>(SETTING, {})) : found
    pending = hit === 'begins' ? (found === 'begins' ? typed : chord) : ''
    pendingAt = event.timeStamp
    if (hit === null || hit === 'begins') return
    event.preventDefault()
    hit.run(event)
  }
  window.addEventListener('keydown', onKey)
  onScopeDispose(() => window.removeEventListener('keydown', onKey))
}

function match(typed: string, event: KeyboardEvent, bound: Bindings): Shortcut | 'begins' | null {
  const modal =
    document.querySelector('[role="dialog"][data-state="open"], [role="alertdialog"][data-state="open"]') !== null
  const typing = isTyping(event.target)
  let begins = false
  for (const registration of [...active.value].reverse()) {
    if (modal && !registration.inDialog) continue
    for (const shortcut of registration.list) {
      if (typing && shortcut.whileTyping !== true) continue
      const own = bound[shortcutId(registration.scope, shortcut.label)]
      const keys = own === undefined ? defaultsOf(shortcut) : [own]
      if (shortcut.when !== undefined && !shortcut.when()) continue
      if (keys.includes(typed) && !isForControl(typed, event.target)) return shortcut
      begins ||= keys.some((one) => one.startsWith(`${typed} `))
    }
  }
  return begins ? 'begins' : null
}

function defaultsOf({ keys }: Shortcut): string[] {
  return (typeof keys === 'string' ? [keys] : [...keys]).map(tidyKeys)
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type)
}

/** Space and Enter belong to a focused button, arrows to a focused radio, slider, tab or menu, letters to a menu. */
function isForControl(chord: string, target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  // An open menu is walked by first letters, and Escape closes it, not what lies below.
  if ((chord.length === 1 || chord === 'escape') && target.closest('[role="menu"]') !== null) return true
  if (chord === 'space' || chord === 'enter') {
    return target.closest('button, a[href], input, summary, [role="menuitem"], [role="tab"], [role="option"]') !== null
  }
  if (!['up', 'down', 'left', 'right', 'home', 'end'].includes(chord)) return false
  return target.closest('input, [role="tab"], [role="menu"], [role="slider"], [role="separator"]') !== null
}
