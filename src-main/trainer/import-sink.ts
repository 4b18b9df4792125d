import type { ImportProblem } from '../contract/datasets.ts'
import type { ChildMessage, ImportedItem } from '../contract/trainer.ts'
import type { ImportSink } from '../data/import-sink.ts'

const SLICE = 500
const PROGRESS_MS = 200
/** More problems of one kind than a person can look through are counted, not listed. */
const LISTED_PER_CODE = 5000

export interface MessageSink extends ImportSink {
  /** Sends what is still held back. */
  flush(): Promise<void>
}

/** Turns what an import finds into messages: items and problems in slices, progress a few times a second. */
export function createImportSink(send: (message: ChildMessage) => Promise<void>): MessageSink {
  let items: ImportedItem[] = []
  let problems: ImportProblem[] = []
  const counts = new Map<ImportProblem['code'], number>()
  let lastProgress = 0
  let newest: ChildMessage | null = null

  const sendItems = async (): Promise<void> => {
    const slice = items
    items = []
    if (slice.length > 0) await send({ type: 'items', items: slice })
  }
  const sendProblems = async (): Promise<void> => {
    const all = problems
    problems = []
    for (let i = 0; i < all.length; i += SLICE) await send({ type: 'problems', problems: all.slice(i, i + SLICE) })
  }
  const sendProgress = (): void => {
    if (newest === null) return
    void send(newest)
    newest = null
    lastProgress = Date.now()
  }
  return {
    schema: (schema) => send({ type: 'schema', ...schema }),
    async item(item) {
      items.push(item)
      if (items.length >= SLICE) await sendItems()
      if (problems.length >= SLICE) await sendProblems()
    },
    problem(problem) {
      const count = (counts.get(problem.code) ?? 0) + 1
      counts.set(problem.code, count)
      if (count <= LISTED_PER_CODE) problems.push(problem)
    },
    progress(done, total, message) {
      newest = { type: 'progress', done, total, message }
      if (Date.now() - lastProgress >= PROGRESS_MS) sendProgress()
    },
    async flush() {
      for (const [code, count] of counts) if (count > LISTED_PER_CODE) problems.push(unlisted(code, count))
      await sendItems()
      await sendProblems()
      sendProgress()
    },
  }
}

function unlisted(code: ImportProblem['code'], count: number): ImportProblem {
  const message = `${count - LISTED_PER_CODE} more of this kind are not listed.`
  return { path: '', code, message, level: 'warning' }
}
