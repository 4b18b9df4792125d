import type { Command } from 'commander'
import { plural } from '../../../../base/plural.ts'
import { shareOption, wholeNumber } from '../../numbers.ts'
import { printJson, printLine } from '../../print.ts'
import { labellingCommand, type LabellingFlags, withFeatures } from './prepared.ts'

interface DuplicateFlags extends LabellingFlags {
  readonly similarity: string
  readonly perceptual?: string
}

export function addDuplicatesCommand(dataset: Command): void {
  labellingCommand(dataset, 'duplicates', 'groups of near copies, also across splits')
    .option('--column <name>', 'label column that is shown; default: the first of classes')
    .option('--similarity <share>', 'the least cosine of features', '0.98')
    .option('--perceptual <bits>', 'also pictures whose 64-bit hashes differ in at most so many bits')
    .action((name: string, flags: DuplicateFlags) =>
      withFeatures(name, flags, async ({ session, dataset, json }) => {
        const found = await session.call('labelling.duplicates', {
          datasetId: dataset.id,
          similarity: shareOption('--similarity', flags.similarity),
          ...(flags.perceptual === undefined ? {} : { perceptual: wholeNumber('--perceptual', flags.perceptual) }),
          ...(flags.column === undefined ? {} : { column: flags.column }),
        })
        if (json) return printJson(found.groups.map(({ items, similarity }) => ({ items, similarity })))
        for (const { items, similarity, acrossSplits } of found.groups) {
          printLine(`${similarity.toFixed(4)}${acrossSplits ? ', across splits' : ''}`)
          for (const { item, path, split, label } of items) printLine(`  ${item}  ${path}  ${split}  ${label ?? '-'}`)
        }
        printLine(
          `${plural(found.groups.length, 'group')}, ${plural(found.items, 'item')}; ${found.acrossSplits} across splits`,
        )
      }),
    )
}
