import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { refuseOtherComputer } from './lock.ts'
import { sqlitePath } from './sqlite-path.ts'

/** A string, as a worker of its own file would have to be found in sources and builds alike. */
const CHECK = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require(workerData.driver)
const sqlite = new Database(workerData.file, { fileMustExist: true, timeout: 400 })
let answer
try {
  sqlite.pragma('locking_mode = EXCLUSIVE')
  answer = sqlite.pragma('quick_check(1)', { simple: true })
} finally {
  sqlite.close()
}
parentPort.postMessage(answer)
`

/** Reads the workspace's records through in a thread of its own: seconds, where they have gigabytes. True: all pages are whole. False:
 *  they are not, or could not be read here; `openStore` then looks itself, and says what is wrong. Throws E_WORKSPACE_HELD. */
export async function isStoreWhole(folder: string, file: string): Promise<boolean> {
  refuseOtherComputer(folder)
  const path = join(folder, file)
  if (!existsSync(path)) return false
  const driver = createRequire(import.meta.url).resolve('better-sqlite3')
  const worker = new Worker(CHECK, { eval: true, workerData: { driver, file: sqlitePath(path) } })
  return new Promise((resolve) => {
    let isWhole = false
    worker.on('message', (answer) => void (isWhole = answer === 'ok'))
    worker.on('error', () => undefined)
    worker.on('exit', () => resolve(isWhole))
  })
}
