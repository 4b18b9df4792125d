import { defineParams } from '../../contract/params.ts'

/** The option of networks that were published with a classifier. */
export const classifierParams = defineParams({
  classes: {
    label: 'Classes of the classifier',
    type: 'integer',
    default: 0,
    min: 0,
    max: 100_000,
    help: 'Adds the classifier of the published network with this many classes; 0 leaves it out.',
    advanced: true,
  },
})
