import type { Page } from 'playwright-core'

/**
 * Walks from the start page to a trained and exported model as a user would, in a window that is open: the digits that Graft brings, two epochs, a Keras
 * export. Returns what the window and the core say of it. Pictures are laid at `shots`-<name>.png.
 */
export async function walkWorkbench(
  page: Page,
  options: { readonly shots: string; readonly name: string; readonly timeoutMs: number },
): Promise<object> {
  page.setDefaultTimeout(options.timeoutMs)
  const shot = (name: string) => page.screenshot({ path: `${options.shots}-${name}.png` })
  await page.getByRole('button', { name: /Handwritten digits/ }).click()
  await page.getByRole('button', { name: 'Train on this dataset' }).click()
  await page.getByRole('application', { name: /Layer graph/ }).waitFor()
  await page.getByLabel('Name of the experiment').fill(options.name)
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill('2')
  await shot('bench')
  await page.getByRole('button', { name: 'Train', exact: true }).first().click()
  await page.getByRole('heading', { name: options.name, level: 1 }).waitFor()
  await page.getByRole('list', { name: 'Facts' }).getByText('Finished').waitFor()
  await shot('run')
  const call = (name: string, input: object) =>
    page.evaluate(
      ([n, i]) =>
        (globalThis as unknown as { workbench: { call(n: unknown, i: unknown): Promise<unknown> } }).workbench.call(
          n,
          i,
        ),
      [name, input] as const,
    ) as Promise<{ ok: boolean; value: Record<string, never> }>
  const runs = (await call('runs.list', {})) as unknown as { value: { runs: { id: string; status: string }[] } }
  const runId = runs.value.runs[0]?.id
  const started = await call('models.export', { runId, format: 'keras' })
  const job = await waitForJob(call, String(started.value['jobId']))
  const exported = await call('models.exports', { runId })
  const info = await call('system.info', {})
  return {
    agent: await page.evaluate(() => navigator.userAgent),
    runs: runs.value.runs.map(({ status }) => status),
    job,
    exported: exported.value,
    info: info.value,
  }
}

async function waitForJob(
  call: (name: string, input: object) => Promise<{ value: Record<string, never> }>,
  id: string,
): Promise<string> {
  for (let i = 0; i < 240; i++) {
    const { value } = await call('jobs.get', { jobId: id })
    const { status, error } = value as unknown as { status: string; error: { message: string } | null }
    if (status !== 'running' && status !== 'queued') return error === null ? status : `${status}: ${error.message}`
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return 'still running'
}
