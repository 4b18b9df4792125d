import { afterAll } from 'vitest'
import { openDisplay } from '../support/xvfb.ts'

const screen = await openDisplay()
afterAll(() => screen.stop())

/** The screen of this file's windows, as in `DISPLAY`: those of a file that runs beside it would take the focus of its own. */
export const display = screen.name
