import { defineParams } from '../../../contract/params.ts'
import type { MetaAlgorithm } from './meta-program.ts'

/** The form of meta-learning. */
export const metaParams = defineParams({
  algorithm: {
    type: 'choice',
    label: 'Algorithm',
    default: 'maml',
    help: 'MAML differentiates through the adaptation; first-order MAML leaves its second derivatives out and is several times faster; Reptile moves towards the adapted weights; Meta-SGD also learns a rate for every weight.',
    choices: [
      { value: 'maml', label: 'MAML' },
      { value: 'fomaml', label: 'First-order MAML' },
      { value: 'reptile', label: 'Reptile' },
      { value: 'meta-sgd', label: 'Meta-SGD' },
    ],
  },
  tasks: {
    type: 'choice',
    label: 'Tasks',
    default: 'classes',
    help: 'Few-shot classification draws tasks from the dataset’s classes, some of which are kept for the test; the sinusoid draws waves of random height and phase, for a network with one number in and one out.',
    choices: [
      { value: 'classes', label: 'Classes of the dataset' },
      { value: 'sinusoid', label: 'Sinusoid regression' },
    ],
  },
  way: {
    type: 'integer',
    label: 'Classes per task',
    default: 5,
    help: 'The “way” of N-way K-shot: how many classes a task has to tell apart.',
    min: 2,
    max: 100,
  },
  shots: {
    type: 'integer',
    label: 'Examples to adapt to',
    default: 1,
    help: 'The “shots”: labelled examples of each class, or points of a wave, that a new task comes with.',
    min: 1,
    max: 100,
  },
  queries: {
    type: 'integer',
    label: 'Examples to measure',
    default: 15,
    help: 'Further examples of each class (or points of a wave) on which an adapted network is measured; they are never adapted to.',
    min: 1,
    max: 200,
  },
  innerSteps: {
    type: 'integer',
    label: 'Steps of adaptation',
    default: 5,
    help: 'Steps of gradient descent on a task’s examples while learning to learn; 1 in the paper for 5 classes and for the sinusoid, 5 for 20 classes; more small steps learn more surely.',
    min: 1,
    max: 20,
  },
  innerRate: {
    type: 'number',
    label: 'Rate of adaptation',
    default: 0.01,
    help: 'Learning rate of those steps, from which Meta-SGD starts. The paper’s 0.4 for images needs batch statistics, which would leak the examples that measure a task; without them it learns nothing.',
    min: 1e-5,
    max: 10,
    log: true,
  },
  tasksPerUpdate: {
    type: 'integer',
    label: 'Tasks per update',
    default: 4,
    help: 'Tasks whose gradients are averaged into one update; 32 in the paper for 5-way 1-shot, 25 for the sinusoid; fewer are faster and noisier.',
    min: 1,
    max: 100,
  },
  updatesPerEpoch: {
    type: 'integer',
    label: 'Updates per epoch',
    default: 100,
    help: 'An epoch here is so many updates, since tasks are drawn without end.',
    min: 1,
    max: 10_000,
  },
  evaluationSteps: {
    type: 'integer',
    label: 'Steps when measured',
    default: 10,
    help: 'How far new tasks are adapted when they are measured: the curve shows every step from 0 on.',
    min: 1,
    max: 100,
  },
  testTasks: {
    type: 'integer',
    label: 'Tasks to measure',
    default: 200,
    help: 'New tasks, from classes that were never seen, over which the result is averaged; 600 is usual in papers.',
    min: 10,
    max: 10_000,
    advanced: true,
  },
  testShare: {
    type: 'number',
    label: 'Classes for the test',
    default: 0.25,
    help: 'Share of the classes that is kept for the test; at least as many as a task has.',
    min: 0.05,
    max: 0.8,
    advanced: true,
  },
  compareBaseline: {
    type: 'boolean',
    label: 'Compare with ordinary pre-training',
    default: true,
    help: 'Also trains the same network in the ordinary way on all tasks at once, and adapts it to the same new tasks: a linear probe on its features for classes, the same steps for the sinusoid.',
  },
})

export type MetaValues = Omit<ReturnType<typeof metaParams.schema.parse>, 'algorithm'> & {
  readonly algorithm: MetaAlgorithm
}
