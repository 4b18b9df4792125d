import { describe, it } from 'vitest'
import type { Preprocessing } from '../../src-main/contract/network.ts'
import type { ExportJob } from '../../src-main/contract/trainer.ts'
import { EXPORTERS } from '../../src-main/learning/exporters/index.ts'
import { javascriptProgram } from '../../src-main/learning/exporters/programs/javascript-program.ts'
import { pythonProgram } from '../../src-main/learning/exporters/programs/python-program.ts'
import { labelsJson, modelCard, preprocessingJson } from '../../src-main/learning/exporters/sidecars.ts'
import { exportedNetwork, exportedTree, IMAGE } from '../support/exported-models.ts'
import { digest, golden } from '../support/golden.ts'
import { openToyWorkspace, testWorkbench, trainToyRun } from '../support/test-workbench.ts'

describe('beside an exported model lies what', () => {
  it('says how to fill the input and what the outputs mean', async () => {
    const model = exportedNetwork()
    await golden('labels.json', JSON.parse(labelsJson(model)))
    const stretched: Preprocessing = { ...IMAGE, channels: 1, mean: [0], std: [1], resize: 'stretch' }
    await golden('preprocessing.json', {
      image: JSON.parse(preprocessingJson(model)),
      fast: JSON.parse(preprocessingJson({ ...model, preprocessing: { ...model.preprocessing, decoding: 'fast' } as typeof model.preprocessing })).steps, // prettier-ignore
      grey: JSON.parse(preprocessingJson({ ...model, preprocessing: stretched })),
      table: JSON.parse(preprocessingJson(await exportedTree())),
    })
    const table = await exportedTree()
    const programs = EXPORTERS.flatMap(({ type, runtimes }) => {
      return [model, table].flatMap((each) => {
        const { python, javascript } = runtimes?.(each) ?? {}
        const texts = [python && pythonProgram(each, python), javascript && javascriptProgram(each, javascript)]
        return texts.flatMap((text) => (text ? [[`${type}, ${each.preprocessing.kind}`, digest(text)]] : []))
      })
    })
    await golden('programs', Object.fromEntries(programs) as Record<string, string>)
  })

  it('is a model card, with the same rows of every run', async () => {
    const test = testWorkbench()
    await openToyWorkspace(test)
    const runId = await trainToyRun(test)
    const { jobId } = await test.call('models.export', { runId, format: 'tfjs' })
    await test.when('jobs.changed', ({ id, status }) => id === jobId && status === 'done')
    const job = test.trainer.children.at(-1)?.job as ExportJob
    await test.close()
    await golden('rows of the card', job.card.lines.map(({ label }) => label).filter((label) => !label.startsWith('Environment'))) // prettier-ignore
    const card = { title: 'A | B', lines: [{ label: 'Seed', value: '1' }], licences: ['EfficientNet: Apache 2.0'] }
    const proof = { samples: 7, maxDifference: 1.5e-7, sameTop1: 0.995, isRealData: true }
    await golden('card', modelCard({ card, format: 'tfjs' }, exportedNetwork(), proof).split('\n'))
  })
})
