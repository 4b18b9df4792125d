import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from './contender.ts'
import { graft } from './folder-training.ts'
import { peakMemory } from './peak-memory.ts'
import { enterTask } from './rate-rows.ts'
import type { Entry, Row, Setting } from './row.ts'
import type { Measured } from './worker.ts'

interface Imported {
  readonly id: string
  readonly name: string
  /** Of the rates of features. */
  readonly goals: Row['goals']
}

const CONVOLUTIONS = { keras: 1.5, torch: 1 }
const IMPORTED: readonly Imported[] = [
  { id: 'resnet50', name: 'ResNet-50', goals: CONVOLUTIONS },
  { id: 'convnext', name: 'ConvNeXt-Tiny', goals: CONVOLUTIONS },
  { id: 'vit', name: 'ViT-Small/16', goals: { torch: 0.9 } },
]

const BATCH = 32
const base = { batch: BATCH, optimizer: 'sgd', precision: 'float32', usesXla: true } as const
const features = { ...base, kind: 'features', batches: 4, samples: 4 * BATCH } as const
const lastBlock = { ...base, kind: 'train', batches: 8, samples: 8 * BATCH } as const

/** Networks that people bring along, 224 px, batch 32: `--row imports` measures all of them. */
export const importRows: readonly Row[] = Object.freeze([
  ...IMPORTED.flatMap(({ id, name, goals }) => [
    row(`imports-${id}-features`, `${name}, 224x224, frozen features`, {
      ...{ unit: 'images/s', better: 'more', goals },
      enter: (contender, setting) => enterTask(contender, setting, { ...features, network: `${id}-features` }),
    }),
    row(`imports-${id}-last-block`, `${name}, its last block and a head trained on what comes before it, SGD`, {
      ...{ unit: 'images/s', better: 'more', goals },
      enter: (contender, setting) => enterTask(contender, setting, { ...lastBlock, network: `${id}-last-block` }),
    }),
    row(`imports-${id}-memory`, `peak memory of the frozen features of ${name}, the peers without compiling`, {
      ...{ unit: 'MB', better: 'less', goals: { torch: 1 }, mostRounds: 1 },
      enter: (contender, setting) =>
        entry(() => peakMemory(contender, setting, { ...features, network: `${id}-features`, isPlain: true })),
    }),
  ]),
  row('imports-time', 'a ResNet-50 of torchvision from its file to a base model, as a command of its own', {
    ...{ unit: 'seconds', better: 'less', contenders: ['graft'], goal: 5 },
    enter: (_contender, setting) => entry(() => importSeconds(setting)),
  }),
])

type Rest = Pick<Row, 'unit' | 'better' | 'enter'> & Partial<Row>

function row(id: string, title: string, rest: Rest): Row {
  return {
    ...{ id, title, contenders: ['graft', 'keras', 'torch'], goals: {}, goal: null },
    ...{ mostRounds: Infinity, isLong: true },
    ...rest,
  }
}

function entry(measure: () => Promise<Measured>): Promise<Entry> {
  return Promise.resolve({ measure, close: () => Promise.resolve() })
}

async function importSeconds({ folder, python }: Setting): Promise<Measured> {
  if (python === null) throw new Error('needs --peers, whose PyTorch writes the file')
  const file = join(folder, 'resnet50.pth')
  if (!existsSync(file)) await runProgram('torch', [python, 'torch_imports.py'], [file])
  const workspace = join(folder, 'imports')
  rmSync(workspace, { recursive: true, force: true })
  mkdirSync(workspace)
  const from = performance.now()
  graft(['model', 'import', file, '-w', workspace])
  return { value: (performance.now() - from) / 1000 }
}
