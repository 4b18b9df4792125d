import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { removeFile } from '../../base/disk/remove.ts'
import type { Handlers } from '../../contract/define.ts'
import type { labelling } from '../../contract/labelling.ts'
import { itemHashes } from '../store/items-repo.ts'
import { writeFileAtomic } from '../../base/disk/write-file-atomic.ts'
import type { App } from '../session/app.ts'
import { mapFolder } from './map-folder.ts'
import { readyDataset, type AskedDataset, askedDataset } from './asked-dataset.ts'

type Asked = Parameters<Handlers<typeof labelling>['map']>[0]

/** What is kept of a map beside the features that it is of. */
const KeptMap = z.object({ items: z.int(), points: z.string(), seconds: z.number() })

/** Where the same pictures lie in the plane does not depend on labels: a map is kept until the cache is emptied. */
export function mapCalls(app: App): Pick<Handlers<typeof labelling>, 'map' | 'stopMap'> {
  return {
    async map(asked) {
      const dataset = readyDataset(app, asked.datasetId)
      const file = join(mapFolder(dataset.session, dataset.state.row.id), `${mapKey(dataset, asked)}.json`)
      const kept = readKept(file, dataset.state.row.items)
      if (kept !== null) return { ...kept, wasKept: true }
      const { method, neighbours, minDistance } = asked
      const answer = await dataset.live.ask({ kind: 'map', method, neighbours, minDistance, seed: 0 })
      const map = { items: dataset.state.row.items, points: answer.points, seconds: answer.seconds }
      writeFileAtomic(file, JSON.stringify(map))
      return { ...map, wasKept: false }
    },
    async stopMap({ datasetId }) {
      const { live } = askedDataset(app, datasetId)
      if (live?.status === 'ready') await live.ask({ kind: 'stop-map' })
      return {}
    },
  }
}

function mapKey({ session, state, live }: AskedDataset, { method, neighbours, minDistance }: Asked): string {
  const hash = createHash('sha256').update(JSON.stringify([live?.featuresOf, method, neighbours, minDistance]))
  for (const each of itemHashes(session.db, state.row.key)) hash.update(each)
  return hash.digest('hex').slice(0, 32)
}

/** A file of a workspace that somebody else may have made: what is no map is made again. */
function readKept(file: string, items: number): z.infer<typeof KeptMap> | null {
  if (!existsSync(file)) return null
  try {
    const map = KeptMap.parse(JSON.parse(readFileSync(file, 'utf8')))
    const isWhole = map.items === items && Buffer.from(map.points, 'base64').length === items * 8
    if (isWhole) return map
  } catch {
    // Damaged.
  }
  removeFile(file)
  return null
}
