/** Fields that optimizers share. */
export function learningRateField<const D extends number>(value: D) {
  return {
    type: 'number',
    label: 'Learning rate',
    default: value as number,
    help: 'How far one step moves the weights. Too high and the loss jumps or becomes NaN, too low and nothing seems to happen; change it by factors of 3 to 10.',
    min: 1e-8,
    max: 10,
    log: true,
  } as const
}

export const weightDecayField = {
  type: 'number',
  label: 'Weight decay',
  default: 0 as number,
  help: 'Pulls every trained weight towards zero, against learning the training samples by heart. 0 is off; 1e-4 to 1e-2 are usual.',
  min: 0,
  max: 1,
  log: true,
} as const
