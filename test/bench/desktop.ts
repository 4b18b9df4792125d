import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { stageElectron } from '../support/stage-electron.ts'
import { openDisplay } from '../support/xvfb.ts'
import { benchFrames } from './desktop/frames.ts'
import { benchHost } from './desktop/host.ts'
import { benchLaunch } from './desktop/launch.ts'
import { benchSpeed } from './desktop/speed.ts'
import { type Figure, printFigures } from './desktop/figures.ts'

/**
 * npm run bench -- desktop [launch | frames | speed | host]: the app in a real Electron: how soon its window is usable, what memory it takes,
 * frames and memory while a run trains, and the speed of the training against the command line's.
 */
async function main(): Promise<void> {
  const stage = await stageElectron()
  const display = await openDisplay()
  const parts = { launch: benchLaunch, frames: benchFrames, speed: benchSpeed, host: benchHost }
  const wanted = process.argv.slice(2)
  try {
    const figures: Figure[] = []
    for (const [name, bench] of Object.entries(parts)) {
      if (wanted.length === 0 || wanted.includes(name)) figures.push(...(await bench(stage, display.name)))
    }
    const cpu = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`
    printFigures(figures, `${cpu}, Electron ${stage.electron.version}, Xvfb, software rendering`)
    const file = join(import.meta.dirname, '..', '.artifacts', 'bench-desktop.json')
    mkdirSync(join(file, '..'), { recursive: true })
    const report = { at: new Date().toISOString(), cpu, electron: stage.electron.version, figures }
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
  } finally {
    display.stop()
    await stage.remove()
  }
}

await main()
