import { existsSync, readdirSync, statSync } from 'node:fs'
import { GraftError } from '../../contract/errors.ts'

/** The folder itself, if an export may take its place: nothing is ever overwritten. @throws GraftError E_INPUT */
export function requireFreeFolder(folder: string): string {
  const isFree = !existsSync(folder) || (statSync(folder).isDirectory() && readdirSync(folder).length === 0)
  if (isFree) return folder
  throw new GraftError(
    'E_INPUT',
    `Expected an empty or missing folder for the export. Received: ${folder}, which has content.`,
    {
      fix: 'Choose another folder; nothing is overwritten.',
    },
  )
}
