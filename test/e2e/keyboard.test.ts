import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { screenshot } from '../support/browser.ts'
import { testWindow } from '../support/open-workbench.ts'

/** From the start screen to a trained network without touching a pointer. */

const { open } = testWindow('keyboard')
let page: Page

beforeAll(async () => {
  ;({ page } = await open())
})

/** The name of what has the focus, or of the part of it that the arrow keys stand on. */
const focused = (): Promise<string> =>
  page.evaluate(`(() => {
    const active = document.activeElement
    if (!active || active === document.body) return ''
    const part = document.getElementById(active.getAttribute('aria-activedescendant') ?? '') ?? active
    return (part.getAttribute('aria-label') || part.textContent || '').trim()
  })()`)

/** Tab until the focus stands on what is asked for; every stop on the way must be visible. */
async function tabTo(name: RegExp, limit = 80): Promise<void> {
  for (let i = 0; i < limit; i++) {
    if (name.test(await focused())) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${name}; it stands on "${await focused()}"`)
}

describe('by keyboard alone', () => {
  it('opens a sample', async () => {
    await page.getByRole('button', { name: /Digits as a table/ }).waitFor()
    await tabTo(/Digits as a table/)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'uci-digits', level: 1 }).waitFor()
  })

  it('goes to the bench and freezes a block with Space', async () => {
    await tabTo(/^Train on this dataset/)
    await page.keyboard.press('Enter')
    await page
      .getByRole('application', { name: /Layer graph/ })
      .getByRole('group', { name: /^Hidden 1/ })
      .waitFor()
    await tabTo(/^Layer graph|^Input,/)
    for (let i = 0; i < 6 && !/^Hidden 1,/.test(await focused()); i++) await page.keyboard.press('ArrowRight')
    const before = await page.getByRole('group', { name: /^Hidden 1,/ }).getAttribute('aria-label')
    await page.keyboard.press('Space')
    await expect.poll(() => page.getByRole('group', { name: /^Hidden 1,/ }).getAttribute('aria-label')).not.toBe(before)
    await page.keyboard.press('Control+z')
    await expect.poll(() => page.getByRole('group', { name: /^Hidden 1,/ }).getAttribute('aria-label')).toBe(before)
  })

  it('trains with Ctrl+Enter and shows the run', async () => {
    await page.keyboard.press('Control+Enter')
    await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: 120_000 })
    await screenshot(page, 'keyboard-run')
  })

  it('lists its keys', async () => {
    await page.keyboard.press('F1')
    await page.getByRole('dialog').getByText(/Undo/i).first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })
})
