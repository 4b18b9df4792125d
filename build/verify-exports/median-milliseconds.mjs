const WARM_UPS = 2
const RUNS = 9

/** The median time of a call, behind a few that prepare it. */
export async function medianMilliseconds(call) {
  const times = []
  for (let i = 0; i < WARM_UPS + RUNS; i++) {
    const started = performance.now()
    await call()
    times.push(performance.now() - started)
  }
  const measured = times.slice(WARM_UPS).sort((a, b) => a - b)
  return measured[Math.floor(measured.length / 2)]
}
