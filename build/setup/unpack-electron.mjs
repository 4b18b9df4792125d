import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { remove, rename } from './disk.mjs'
import { electronFolder } from './electron-release.mjs'
import { listZip, unzip } from './zip.mjs'

/** Where the binary lies in the unpacked zip; Electron's own package wants it said in path.txt. */
export function binaryName(platform) {
  return { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[platform] ?? 'electron'
}

/** Unpacks the release's zip to where Electron's own package has it: whole, or not at all. */
export async function unpackElectron(context, release, file) {
  const folder = electronFolder(context)
  const dist = join(folder, 'dist')
  const temporary = `${dist}.unpacking`
  removeHalf(context)
  const packed = (await listZip(file)).reduce((sum, entry) => sum + entry.packedBytes, 0)
  const task = context.progress.task('Unpacking Electron', packed)
  let done = 0
  try {
    await unzip(file, temporary, { target: (name) => name, onBytes: (bytes) => task.update((done += bytes)) })
    if (!existsSync(join(temporary, 'version'))) writeFileSync(join(temporary, 'version'), release.version)
    remove(dist)
    rename(temporary, dist)
    writeFileSync(join(folder, 'path.txt'), binaryName(context.platform))
  } catch (error) {
    task.end('failed')
    removeHalf(context)
    throw error
  }
  task.end()
}

/** What an unpacking that was stopped has left. */
export function removeHalf(context) {
  remove(join(electronFolder(context), 'dist.unpacking'))
}
