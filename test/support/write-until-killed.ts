import { writeSync } from 'node:fs'
import { openStore } from '../../src-main/core/store/open.ts'
import { appendPoints, readPoints, seriesKey } from '../../src-main/core/store/points-repo.ts'
import { insertTestRun } from './store-rows.ts'

/** Writes points without end and says after each commit how many there are now: what it said must be there after a kill. */
const { db } = openStore(process.argv[2] ?? '', { kind: 'test', now: new Date() })
const run = db.get<{ key: number }>("SELECT key FROM runs WHERE id = 'killed'")?.key ?? insertTestRun(db, 'killed')
const series = seriesKey(db, run, 'train.loss')
let count = readPoints(db, series).value.length
for (;;) {
  const size = 1 + ((count * 7) % 40)
  const first = count
  db.transaction(() => {
    appendPoints(
      db,
      series,
      Array.from({ length: size }, (_unused, i) => [first + i, 0, 0, (first + i) * 3]),
    )
  })
  count += size
  writeSync(1, `${count}\n`)
}
