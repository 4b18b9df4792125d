import type { Workbench } from '../../core/workbench.ts'
import { DOCUMENT_TYPE } from '../../core/workbench.ts'
import { MEDIA_HOST, parse, SCHEME } from './addresses.ts'
import { decodePart } from './page-files.ts'

/** The file of a document that Graft has written and that an address names by its id, also where it is gone: opening it says so; null: it names none. */
export function documentAt(workbench: Pick<Workbench, 'media'>, address: string): string | null {
  const url = parse(address)
  if (url === null || url.protocol !== `${SCHEME}:` || url.host !== MEDIA_HOST) return null
  const parts = url.pathname.slice(1).split('/')
  const found = workbench.media(parts.map((part) => decodePart(part) ?? ''))
  if (found === null || found.type !== DOCUMENT_TYPE) return null
  return 'path' in found ? found.path : (found.missing ?? null)
}
