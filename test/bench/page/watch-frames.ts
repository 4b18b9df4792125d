import type { Page } from 'playwright-core'

/** Starts to note the time between frames in the page. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    const frames = (window.__frames = [])
    let last = performance.now()
    const note = (now) => { frames.push(now - last); last = now; window.__watching && requestAnimationFrame(note) }
    window.__watching = true
    requestAnimationFrame(note)
  })()`)
}

/** Ends it; milliseconds between frames since `watchFrames`, the shortest first. */
export async function watchedFrames(page: Page): Promise<number[]> {
  const times = (await page.evaluate('(window.__watching = false, window.__frames.slice(1))')) as number[]
  return times.toSorted((a, b) => a - b)
}

/** The value below which `share` of them lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}
