import { markup, type Markup } from '../../../base/html/markup.ts'
import { fold, page, section } from '../../../base/html/page.ts'
import { facts, table } from '../../../base/html/table.ts'
import type { CardDetails } from '../../../contract/model-card.ts'
import type { ExportJob } from '../../../contract/trainer.ts'
import { type ExportProof, proofLines } from './proof-lines.ts'
import { classSection, metricSection, mistakeSection, type PicturedMistake } from './score-sections.ts'
import { curveSection, movedSection } from './training-sections.ts'

/** Items of a split, and a hash of what they are. */
export interface SplitFacts {
  readonly split: string
  readonly items: number
  readonly labelled: number
  readonly sha256: string
}

/** What the trainer has read for the card. */
export interface CardReadings {
  readonly proof: ExportProof
  /** By head, in the order of the details. */
  readonly mistakes: readonly (readonly PicturedMistake[])[]
  /** null: the list of items is gone. */
  readonly splits: readonly SplitFacts[] | null
}

/** Lines of the card that have a section of their own on the page. */
const ELSEWHERE: ReadonlySet<string> = new Set(['Spec', 'Intended use', 'Dataset', 'Dataset SHA-256'])

/** model-card.html: one file that needs no other, and nothing of the network. */
export function htmlCard(
  { card, ...job }: Pick<ExportJob, 'card' | 'features' | 'options'>,
  details: CardDetails,
  readings: CardReadings,
): string {
  const heads = details.heads.flatMap((head, index) => [
    head.counts === null ? null : classSection(head, head.counts),
    mistakeSection(head, readings.mistakes[index] ?? []),
  ])
  const lines = card.lines.filter(({ label }) => !ELSEWHERE.has(label))
  return page({
    title: card.title,
    lead: `Model card, written by Graft on ${details.createdAt.slice(0, 10)}`,
    body: [
      useSection(details),
      metricSection(details),
      ...heads,
      details.curves.length === 0 ? null : curveSection(details),
      movedSection(details),
      dataSection(details, readings.splits),
      proofSection(proofLines(readings.proof, job)),
      section('Licences', [
        card.licences.length === 0
          ? markup`<p>None beside your own data.</p>`
          : markup`<ul>
              ${card.licences.map((line) => markup`<li>${line}</li>`)}
            </ul>`,
      ]),
      section(
        'How it was made',
        [
          facts(lines.map(({ label, value }) => [label, value])),
          fold('Spec, to train it again', markup`<pre>${details.spec}</pre>`),
        ],
        { isLong: true },
      ),
    ],
  })
}

function useSection({ intendedUse }: CardDetails): Markup {
  const words =
    intendedUse === null ? markup`<p class="muted">Not said.</p>` : markup`<p class="keep">${intendedUse}</p>`
  return section('Intended use', [words])
}

function dataSection({ dataset }: CardDetails, splits: readonly SplitFacts[] | null): Markup {
  const rows = (splits ?? []).map(({ split, items, labelled, sha256 }) => [split, items, labelled, markup`<span class="mono">${sha256}</span>`]) // prettier-ignore
  const numbers = ['Items', 'Labelled'].map((label) => ({ label, isNumber: true }))
  const columns = [{ label: 'Split' }, ...numbers, { label: 'SHA-256 of its items and labels' }]
  return section('Data and split', [
    facts([
      ['Dataset', `${dataset.name}, version ${dataset.version}`],
      ['SHA-256', markup`<span class="mono">${dataset.hash}</span>`],
    ]),
    splits === null ? markup`<p class="muted">The list of items is not at hand.</p>` : table(columns, rows),
  ])
}

function proofSection(sentences: readonly string[]): Markup {
  const lines = sentences.map((line) => markup`<li>${line}</li>`)
  const words = `The exported files beside the network inside Graft, loaded in a clean process, and as their own program answers:`
  return section('Proof', [
    markup`<p>${words}</p>
      <ul>
        ${lines}
      </ul>`,
  ])
}
