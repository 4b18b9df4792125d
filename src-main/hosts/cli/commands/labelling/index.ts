import type { Command } from 'commander'
import { addAcceptCommand } from './accept.ts'
import { addDuplicatesCommand } from './duplicates.ts'
import { addOrderCommand } from './order.ts'
import { addSimilarCommand } from './similar.ts'
import { addSuggestCommand } from './suggest.ts'
import { addSuspiciousCommand } from './suspicious.ts'

/** `graft dataset suggest`, `accept`, `order`, `similar`, `duplicates` and `suspicious`. */
export function addLabellingCommands(dataset: Command): void {
  addSuggestCommand(dataset)
  addAcceptCommand(dataset)
  addOrderCommand(dataset)
  addSimilarCommand(dataset)
  addDuplicatesCommand(dataset)
  addSuspiciousCommand(dataset)
}
