import { join } from 'node:path'

export const CASES = join(import.meta.dirname, '../fixtures/cases')

export interface ImportCase {
  readonly input: string
  readonly items: number
  /** Of the first label column; 0: it is a quantity. */
  readonly classes: number
  /** Label columns, as the command line and the page about the dataset name them. */
  readonly labels: readonly string[]
  /** The features, where what they were taken for is the point. */
  readonly features?: string
  /** What is said before the import (in the window) and after it (by both). */
  readonly said: readonly string[]
  /** What is known only once all was read. */
  readonly found?: readonly string[]
  /** What only the window says beforehand: the columns with their kind, missing cells and use. */
  readonly dialog?: readonly string[]
}

/** Inputs that once went wrong, with what an import must make of them by whatever host. */
export const IMPORT_CASES: readonly ImportCase[] = [
  {
    input: '01-decimal-comma.csv',
    items: 120,
    classes: 2,
    labels: ['label (2 classes)'],
    said: ['decimal comma: 1,882 is read as 1.882', 'decimal comma: 40,074 is read as 40.074'],
  },
  { input: '03-leading-zeros.csv', items: 12, classes: 3, labels: ['label (3 classes)'], said: [], dialog: ['007'] },
  {
    input: '04-thousands.csv',
    items: 8,
    classes: 2,
    labels: ['label (2 classes)'],
    features: 'price (numbers), b (numbers)',
    said: ['commas between thousands: 1,234 is read as 1234'],
  },
  {
    input: '12-26-integer-classes.csv',
    items: 260,
    classes: 0,
    labels: ['label (numbers'],
    said: ['26 different whole numbers are taken as quantities'],
  },
  {
    input: '13-label-guess',
    items: 24,
    classes: 2,
    labels: ['label (2 classes)', 'view (3 classes)'],
    said: [],
    dialog: ['To predict: label, view.'],
  },
  {
    input: '14-ghost-folder',
    items: 12,
    classes: 2,
    labels: ['label (2 classes)'],
    said: [],
    found: ['its content is something else', 'gives no class of "label"'],
  },
  {
    input: '15-no-header',
    items: 12,
    classes: 2,
    labels: ['column 2 (2 classes)'],
    said: ['The first line holds values (img_000.png, dog), no names'],
    dialog: ['To predict: column 2.'],
  },
  {
    input: '16-comment.csv',
    items: 24,
    classes: 2,
    labels: ['label (2 classes)'],
    said: ['2 lines are comments (#)'],
  },
  { input: '16-sep.csv', items: 24, classes: 2, labels: ['label (2 classes)'], said: [] },
  {
    input: '16-trailing-comma.csv',
    items: 24,
    classes: 2,
    labels: ['label (2 classes)'],
    said: ['24 lines end in a separator'],
  },
  {
    input: '16-unclosed-quote.csv',
    items: 4,
    classes: 2,
    labels: ['label (2 classes)'],
    said: ['line 6', 'The 20 lines up to line 25 cannot be read and are lost'],
  },
  {
    input: '17-excelerr.csv',
    items: 24,
    classes: 2,
    labels: ['label (2 classes)'],
    features: 'a (numbers, 4 missing), b (numbers)',
    said: [],
    found: ['Received: #DIV/0!. It counts as missing', 'Received: #NUM!. It counts as missing'],
    dialog: ['a numbers 20 4'],
  },
  {
    input: '17-inf.csv',
    items: 24,
    classes: 2,
    labels: ['label (2 classes)'],
    features: 'a (numbers, 6 missing), b (numbers)',
    said: [],
    found: ['Received: -inf. It counts as missing', 'Received: 1e400. It counts as missing'],
    dialog: ['a numbers 18 6'],
  },
  {
    input: '17-missing.csv',
    items: 24,
    classes: 2,
    labels: ['label (2 classes)'],
    features: 'a (numbers, 12 missing: NaN, nan, N/A, NA, null, None, ?, -, n/a, NULL), b (numbers)',
    said: [],
    found: ['Received: #N/A. It counts as missing'],
    dialog: ['a numbers 12 12', 'Missing in a (NaN, nan, N/A, NA, null, None, ?, -, n/a, NULL)'],
  },
  {
    input: '18-class-None.csv',
    items: 24,
    classes: 3,
    labels: ['label (3 classes)'],
    said: ['“None” is a class of its own here'],
    dialog: ['None 8'],
  },
  {
    input: '25-case',
    items: 12,
    classes: 2,
    labels: ['label (2 classes)'],
    said: [],
    dialog: ['2 classes, 12 images'],
  },
  {
    input: '26-contradiction',
    items: 16,
    classes: 2,
    labels: ['label (2 classes)'],
    said: [],
    found: ['The same picture as cat/i1.png with another label', 'Same content as cat/copy0.png'],
  },
  { input: '27-class-names', items: 24, classes: 4, labels: ['label (4 classes)'], said: [] },
]
