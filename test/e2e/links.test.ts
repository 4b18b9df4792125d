import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectAccessible } from '../support/browser.ts'
import type { HttpClient } from '../support/http-client.ts'
import { testWindow } from '../support/open-workbench.ts'

/** What the window says of links that lead nowhere, in a narrow window, and before it leaves a workspace that trains. */

const { open } = testWindow('links')
let client: HttpClient
let page: Page
let problems: string[]

beforeAll(async () => {
  ;({ client, page, problems } = await open())
  await client.call('workspace.openSample', { id: 'digits' })
})

const follow = (hash: string) => page.evaluate(`location.hash = ${JSON.stringify(hash)}`)
const button = (name: string | RegExp) => page.getByRole('button', { name })

describe('a link to what is not there', () => {
  it.each([
    ['/data/nowhere', 'This dataset is not here'],
    ['/runs/nowhere', 'This run is not here'],
    ['/models/nowhere', 'This model is not here'],
    ['/compare/studies/nowhere', 'This study is not here'],
    ['/compare?ids=nowhere,elsewhere', /2 runs of this link are not here: nowhere, elsewhere/],
    ['/bench?dataset=nowhere', /Expected a dataset of this workspace. Received: nowhere/],
  ])('%s says so', async (hash, said) => {
    await follow(hash)
    await page.getByText(said).waitFor()
    await expectAccessible(page, hash)
  })
})

describe('a narrow window', () => {
  it('cuts no name and no share of the splits', async () => {
    await page.setViewportSize({ width: 910, height: 700 })
    await follow('/data')
    const parts = page.getByRole('group', { name: /^Split:/ }).getByRole('button')
    await parts.first().waitFor()
    const boxes = await parts.evaluateAll((all) =>
      all.map((part) => {
        const { left, right } = part.getBoundingClientRect()
        const texts = [...part.querySelectorAll('span, b')].map((text) => text.getBoundingClientRect())
        const shown = texts.filter(({ width }) => width > 1)
        return { left, right, textRight: Math.max(...shown.map((text) => text.right)) }
      }),
    )
    expect(boxes).toHaveLength(3)
    for (const [i, { textRight }] of boxes.entries()) {
      expect(textRight).toBeLessThanOrEqual((boxes[i + 1]?.left ?? Infinity) + 0.5)
    }
    await page.setViewportSize({ width: 1280, height: 800 })
  })
})

describe('another workspace while a run trains', () => {
  it('is opened only after a question', async () => {
    const { runId } = await client.call('runs.start', {
      spec: {
        name: 'long',
        dataset: 'digits',
        base: { architecture: 'lenet' },
        strategy: { type: 'fine-tuning', headEpochs: 0 },
        epochs: 500,
      },
    })
    const status = async () => (await client.call('runs.get', { runId })).status
    // Steps are under way: there is something to write into a checkpoint.
    await expect
      .poll(async () => (await client.call('runs.get', { runId })).epochsDone, { timeout: 60_000 })
      .toBeGreaterThan(0)
    await follow('/')
    await button(/Digits as a table/).click()
    await page.getByRole('alertdialog', { name: /“long” is training/ }).waitFor()
    await button('Cancel').click()
    expect(await status()).toBe('running')
    await button(/Digits as a table/).click()
    await button('Pause and leave').click()
    await page.getByRole('heading', { name: 'uci-digits', level: 1 }).waitFor()
    await client.call('workspace.openSample', { id: 'digits' })
    expect(await status()).toBe('paused')
    expect(problems).toEqual([])
  })
})
