import type { Component } from 'vue'

/** One entry of a UiMenu or UiContextMenu. `separator` draws a line above it. */
export interface MenuItem {
  readonly label: string
  readonly icon?: Component | undefined
  readonly shortcut?: string | undefined
  readonly hint?: string | undefined
  readonly disabled?: boolean | undefined
  readonly danger?: boolean | undefined
  readonly separator?: boolean | undefined
  /** Given: a check mark stands before it when true. */
  readonly checked?: boolean | undefined
  readonly run: () => void
}
