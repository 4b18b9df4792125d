import type { ExhibitInput } from '../../src-main/contract/exhibits.ts'

/** One exhibit of each kind, for windows under test. */

const range = (count: number): number[] => Array.from({ length: count }, (_unused, index) => index)
const base64 = (bytes: readonly number[]): string => Buffer.from(bytes).toString('base64')
const ring = (radius: number, width: number): string =>
  base64(
    range(196).map((i) => 255 * Math.exp(-((Math.hypot((i % 14) - 7, Math.floor(i / 14) - 7) - radius) ** 2) / width)),
  )

const WORDS: ExhibitInput[] = [
  {
    kind: 'text',
    id: 'verdict',
    title: 'Was it worth it?',
    words:
      'The student errs on 2.1 % of the test items, 0.7 points less than the same network trained on labels alone.',
    level: 'good',
  },
  {
    kind: 'text',
    id: 'discriminator',
    title: 'Domain classifier',
    words: 'It tells source and target apart in 98 % of the cases: the features are not aligned.',
    level: 'warn',
  },
]

const FIGURES: ExhibitInput[] = [
  {
    kind: 'table',
    id: 'scores',
    title: 'Beside its baselines',
    words: 'All on the same test items.',
    own: 1,
    columns: [
      { label: 'Model' },
      { label: 'Accuracy', format: 'percent', better: 'higher' },
      { label: 'Parameters', format: 'count', better: 'lower' },
    ],
    rows: [
      ['teacher', 0.9931, 2_395_210],
      ['student', 0.9879, 199_210],
      ['most common class', 0.1135, null],
    ],
  },
  {
    kind: 'matrix',
    id: 'affinity',
    title: 'Task affinity',
    words: 'Which source helps which target.',
    rowLabel: 'source',
    columnLabel: 'target',
    rows: ['shape', 'colour'],
    columns: ['shape', 'colour'],
    values: [
      [null, 0.31],
      [-0.11, null],
    ],
    scale: 'diverging',
    patches: [
      [null, { epochs: 7 }],
      [{ epochs: 9 }, null],
    ],
  },
]

const CURVES: ExhibitInput[] = [
  {
    kind: 'curves',
    id: 'rate',
    title: 'Learning-rate finder',
    words: 'The loss falls fastest at 0.002.',
    x: { label: 'Learning rate', log: true },
    y: { label: 'Loss' },
    series: [
      {
        name: 'loss',
        x: range(50).map((i) => 1e-6 * 10 ** (i / 10)),
        y: range(50).map((i) => 2.3 - 1.8 / (1 + Math.exp((33 - i) / 3))),
        low: range(50).map((i) => 2.1 - 1.8 / (1 + Math.exp((33 - i) / 3))),
        high: range(50).map((i) => 2.5 - 1.8 / (1 + Math.exp((33 - i) / 3))),
      },
    ],
    marks: [{ x: 0.002, label: 'suggested' }],
  },
  {
    kind: 'scrubber',
    id: 'adaptation',
    title: 'Adaptation to a new sine',
    words: 'After one step the curve fits.',
    x: { label: 'x' },
    y: { label: 'y' },
    stepLabel: 'Inner step',
    steps: range(4).map((step) => ({
      label: String(step),
      series: [
        { name: 'prediction', x: range(40).map((i) => i / 4 - 5), y: range(40).map((i) => Math.sin(i / 4 - 5) * step) },
      ],
    })),
  },
  {
    kind: 'scatter',
    id: 'moons',
    title: 'Two moons',
    words: 'Full: source. Hollow: target.',
    x: { label: 'first' },
    y: { label: 'second' },
    groups: [
      { name: 'upper', domain: 'source' },
      { name: 'lower', domain: 'target' },
    ],
    points: range(60).map((i) => ({ x: Math.cos(i / 10), y: Math.sin(i / 10) * (i % 2 ? 1 : -1), group: i % 2 })),
    regions: { columns: 2, rows: 2, minX: -1.2, maxX: 1.2, minY: -1.2, maxY: 1.2, cells: [0, 0, 1, 1] },
  },
]

function samples(itemIds: readonly number[]): ExhibitInput[] {
  const leaf = (predicted: number, count: number, share: number) => {
    const shares = predicted === 0 ? [share, 1 - share] : [1 - share, share]
    return { test: null, left: null, right: null, predicted, samples: count, shares }
  }
  const root = { test: 'petal width <= 0.8', left: 1, right: 2, predicted: 0, samples: 100, shares: [0.5, 0.5] }
  return [
    {
      kind: 'tree',
      id: 'tree',
      title: 'Born-again tree',
      words: 'Two leaves.',
      classes: ['cat', 'dog'],
      nodes: [root, leaf(0, 48, 1), leaf(1, 52, 0.9)],
    },
    {
      kind: 'images',
      id: 'filters',
      title: 'Filters',
      words: 'What hidden units look for.',
      width: 14,
      height: 14,
      channels: 1,
      images: range(4).map((i) => ({ pixels: ring(i + 1, 3), caption: `unit ${i + 1}` })),
    },
    {
      kind: 'lens',
      id: 'lens',
      title: 'Where teacher and student disagree',
      words: 'Two items.',
      classes: ['cat', 'dog'],
      models: ['teacher', 'student'],
      temperature: 2,
      rows: itemIds.slice(0, 2).map((itemId) => ({
        itemId,
        name: `image ${itemId}`,
        expected: 'cat',
        logits: [
          [2, 0],
          [0, 2],
        ],
      })),
    },
    {
      kind: 'review',
      id: 'review',
      title: 'Suggested labels',
      words: 'Nothing is changed before it is accepted.',
      column: 'label',
      rows: itemIds.map((itemId) => ({ itemId, name: `image ${itemId}`, suggested: 'cat', confidence: 0.97 })),
    },
  ]
}

/** `itemIds`: items of the dataset for lens and review. */
export function exhibitSamples(itemIds: readonly number[]): ExhibitInput[] {
  return [...WORDS, ...FIGURES, ...CURVES, ...samples(itemIds)]
}
