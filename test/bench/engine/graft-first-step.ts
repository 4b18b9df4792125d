import { trainingOf } from './graft-training.ts'

/** From the start of the process to the first training step done. usage: graft-first-step.ts NETWORK */
trainingOf({
  kind: 'train',
  network: process.argv[2]!,
  batch: 32,
  batches: 1,
  samples: 32,
  optimizer: 'sgd',
  precision: 'float32',
}).work()
process.stdout.write('@{}\n')
