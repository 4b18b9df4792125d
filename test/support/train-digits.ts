import type { Page } from 'playwright-core'

/** Goes from the start page to a model as a user would: the digits that Graft brings, trained for two epochs. `shot` takes a picture on the way. */
export async function trainDigits(
  page: Page,
  name: string,
  shot: (name: string) => Promise<unknown>,
  timeoutMs = 120_000,
): Promise<void> {
  await page.getByRole('button', { name: /Handwritten digits/ }).click()
  await page.getByRole('button', { name: 'Train on this dataset' }).click()
  await page.getByRole('application', { name: /Layer graph/ }).waitFor()
  await page.getByLabel('Name of the experiment').fill(name)
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill('2')
  await shot('bench')
  await page.getByRole('button', { name: 'Train', exact: true }).first().click()
  await page.getByRole('heading', { name: name, level: 1 }).waitFor()
  await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor({ timeout: timeoutMs })
  await shot('run')
}
