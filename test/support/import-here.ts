import { ImportOptions, type ImportProblem } from '../../src-main/contract/datasets.ts'
import type { ChildMessage, ImportedItem, ImportJob } from '../../src-main/contract/trainer.ts'
import { ChildMessage as Message } from '../../src-main/contract/trainer.ts'
import { createControl, type OpenControl } from '../../src-main/trainer/control.ts'
import { runImport } from '../../src-main/trainer/jobs/import.ts'

export interface Imported {
  readonly items: ImportedItem[]
  readonly problems: ImportProblem[]
  readonly schema: Extract<ChildMessage, { type: 'schema' }>
  readonly messages: ChildMessage[]
}

/** Runs an import job in this process; every message is checked against the contract, as the parent does. */
export async function importHere(
  source: ImportJob['source'],
  folder: string,
  options: Partial<ImportOptions> = {},
  control: OpenControl = createControl(),
  onMessage: (message: ChildMessage) => void = () => undefined,
): Promise<Imported> {
  const messages: ChildMessage[] = []
  const send = async (message: ChildMessage): Promise<void> => {
    messages.push(Message.parse(message))
    onMessage(message)
  }
  const all = ImportOptions.parse({ name: 'test', ...options })
  const job: ImportJob = { kind: 'import', datasetId: 'd', source, folder, options: all }
  await runImport(job, { send, signal: control.signal })
  const schema = messages.findLast((message) => message.type === 'schema')
  if (schema === undefined) throw new Error('Expected a schema')
  return {
    items: messages.flatMap((message) => (message.type === 'items' ? message.items : [])),
    problems: messages.flatMap((message) => (message.type === 'problems' ? message.problems : [])),
    schema,
    messages,
  }
}
