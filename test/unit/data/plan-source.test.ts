import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../src-main/contract/errors.ts'
import { inspectSource } from '../../../src-main/data/inspect-source.ts'
import { planSource } from '../../../src-main/data/plan-source.ts'
import { makeBmp } from '../../support/bad-files.ts'

let root: string
beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), 'graft-plan-')))))
afterEach(() => rmSync(root, { recursive: true }))

const at = (path: string): string => join(root, path)
function put(files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), content)
  }
}
const PICTURE = makeBmp(2, 2)
const IDX = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 7])
async function imagesOf(...how: Parameters<typeof planSource>) {
  const plan = await planSource(...how)
  if (plan.kind !== 'images') return expect.fail(`a plan of kind ${plan.kind}`)
  const problems = plan.problems.map(({ path, code, level }) => `${level} ${path} ${code}`)
  return { images: plan.images.map(({ path }) => path), labels: plan.labels?.file.path ?? null, problems }
}
const refused = (...how: Parameters<typeof planSource>) => expect(planSource(...how)).rejects

describe('a folder', () => {
  it('of pictures is images, whatever they are called', async () => {
    put({ 'a.bmp': PICTURE, b: PICTURE, 'c.pdf': '%PDF-1.4', 'd.jpg': 'broken', 'notes.txt': 'x' })
    expect(await imagesOf(root)).toEqual({
      images: ['a.bmp', 'b', 'c.pdf', 'd.jpg'],
      labels: null,
      problems: ['error notes.txt not-an-image'],
    })
  })

  it('may have a list of labels on top, not below', async () => {
    put({ '1.bmp': PICTURE, '2.bmp': PICTURE, 'labels.csv': 'file,kind\n1.bmp,a\n2.bmp,b\n' })
    expect(await imagesOf(root)).toEqual({ images: ['1.bmp', '2.bmp'], labels: 'labels.csv', problems: [] })
    put({ 'below/other.csv': 'file,kind\n1.bmp,a\n' })
    expect((await imagesOf(root)).problems).toEqual(['error below/other.csv not-an-image'])
  })

  it('takes the list that names most, and says which are not used', async () => {
    put({ '1.bmp': PICTURE, '2.bmp': PICTURE, '3.bmp': PICTURE })
    put({
      'a.csv': 'file,k\n1.bmp,a\n2.bmp,b\n',
      'b.csv': 'file,k\n1.bmp,a\n2.bmp,b\n3.bmp,a\n',
      'c.csv': 'x,y\n1,2\n',
    })
    put({ 'd.tsv': 'file\tk\n1.bmp\ta\n2.bmp\tb\n3.bmp\ta\n', 'e.json': '{"a": ' })
    const warned = ['e.json', 'c.csv', 'd.tsv', 'a.csv'].map((path) => `warning ${path} not-an-image`)
    const { labels, problems } = await imagesOf(root)
    expect([labels, problems.toSorted()]).toEqual(['b.csv', warned.toSorted()])
    const plan = await planSource(root)
    const messages = Object.fromEntries(plan.problems.map(({ path, message }) => [path, message]))
    expect(messages['c.csv']).toBe('It does not name the images of the folder; it is not used.')
    expect(messages['e.json']).toContain('Expected labels as JSON in e.json')
  })

  it('reads the list as it was said', async () => {
    put({ '1.bmp': PICTURE, '2.bmp': PICTURE, '3.bmp': PICTURE, 'labels.csv': '1.bmp,-9\n2.bmp,5\n3.bmp,6\n' })
    const plan = await planSource(root, { reading: { header: true, missing: ['5'] } })
    expect(plan).toMatchObject({ labels: { columns: [{ name: '1.bmp' }, { name: '-9', missing: 1 }] } })
  })

  it('of a table alone is that table', async () => {
    put({ 'data.csv': 'x,y\n1,2\n', 'labels.json': '[]', 'notes.txt': 'x' })
    expect(await planSource(root)).toEqual({
      kind: 'table',
      path: at('data.csv'),
      problems: [
        {
          path: 'notes.txt',
          code: 'not-an-image',
          message: 'Neither its name nor its content is an image.',
          level: 'error',
        },
        {
          path: 'labels.json',
          code: 'not-an-image',
          message: 'It lies beside the table; it is not used.',
          level: 'warning',
        },
      ],
    })
    put({ 'more.tab': 'x\ty\n' })
    await refused(root).toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: 'Expected one table in the folder. Received: data.csv, more.tab.',
      fix: 'Choose one of these files.',
    })
  })

  it('of IDX files is pairs', async () => {
    put({ 'train-images-idx3-ubyte': IDX, '1.bmp': PICTURE })
    expect(await planSource(root)).toMatchObject({ kind: 'idx', problems: [{ path: '1.bmp' }] })
  })

  it('without anything usable is refused with the first reasons', async () => {
    await refused(root).toMatchObject({
      code: 'E_SOURCE_EMPTY',
      message: 'Expected images in the folder. Received: no file at all.',
      fix: expect.stringContaining('folder with images') as string,
    })
    put({ 'a.txt': 'x' })
    const reason = 'Neither its name nor its content is an image.'
    await refused(root).toMatchObject({
      message: `Expected images in the folder. Received: 1 file of another kind. a.txt: ${reason}`,
    })
    put({ 'b.txt': 'x', 'c.txt': 'x', 'd.txt': 'x', 'e.json': '[]' })
    await refused(root).toMatchObject({
      message: `Expected images in the folder. Received: 5 files of other kinds. a.txt: ${reason} b.txt: ${reason} c.txt: ${reason}`,
    })
  })

  it('is told by what lies behind its links', async () => {
    put({ '1.bmp': PICTURE, real: 'x' })
    symlinkSync('real', at('link'))
    expect((await imagesOf(root)).problems).toEqual(['error link not-an-image', 'error real not-an-image'])
  })

  it('from which a file goes meanwhile is told so', async () => {
    put({ 'a/1.bmp': PICTURE, gone: PICTURE })
    const plan = await planSource(root, { onFound: () => rmSync(at('gone'), { force: true }) })
    expect(plan.problems).toEqual([
      { path: 'gone', code: 'unreadable', message: 'It is no longer there.', level: 'error' },
    ])
  })

  it.each([new Error('enough'), new GraftError('E_CANCELLED', 'enough')])(
    'is left while its list is read: %s',
    async (reason) => {
      put({ '1.bmp': PICTURE, '2.bmp': PICTURE, 'labels.csv': 'file,kind\n1.bmp,a\n2.bmp,b\n' })
      const control = new AbortController()
      await refused(root, { signal: control.signal, onFound: () => control.abort(reason) }).toBe(reason)
    },
  )

  it('is looked through within limits', async () => {
    put({ 'a/1.bmp': PICTURE, 'b/2.bmp': PICTURE })
    const plan = await planSource(root, { maxEntries: 3 })
    expect(plan).toMatchObject({ kind: 'images', isComplete: false, images: { length: 1 } })
    await refused(root, { signal: AbortSignal.abort(new Error('enough')) }).toThrow('enough')
  })
})

describe('a file', () => {
  it('of a table is one, unless it names the images beside it', async () => {
    put({ 'data.csv': 'x,y\n1,2\n', '1.bmp': PICTURE, '2.bmp': PICTURE, 'list.CSV': 'file,k\n1.bmp,a\n2.bmp,b\n' })
    expect(await planSource(at('data.csv'))).toEqual({ kind: 'table', path: at('data.csv'), problems: [] })
    expect(await imagesOf(at('list.CSV'))).toEqual({ images: ['1.bmp', '2.bmp'], labels: 'list.CSV', problems: [] })
  })

  it('names images where half of its rows do', async () => {
    put({ '1.bmp': PICTURE, '2.bmp': PICTURE })
    const kindOf = async (rows: string[]) => {
      put({ 'list.csv': ['file,k', ...rows.map((name, i) => `${name},k${i}`)].join('\n') })
      return (await planSource(at('list.csv'))).kind
    }
    expect(await kindOf(['1.bmp', '2.bmp', 'x', 'y'])).toBe('images')
    expect(await kindOf(['1.bmp', '2.bmp', 'x', 'y', 'z'])).toBe('table')
    expect(await kindOf([])).toBe('table')
    expect(await kindOf(['8.bmp', '9.bmp'])).toBe('table')
  })

  it('of labels in JSON stands for the images that it names', async () => {
    put({
      '1.bmp': PICTURE,
      '2.bmp': PICTURE,
      'l.json': '{"1.bmp": "a", "2.bmp": "b"}',
      'other.csv': 'file,k\n1.bmp,a\n',
    })
    expect(await imagesOf(at('l.json'))).toEqual({ images: ['1.bmp', '2.bmp'], labels: 'l.json', problems: [] })
    put({ 'l.json': '{"8.bmp": "a", "9.bmp": "b"}' })
    await refused(at('l.json')).toMatchObject({ code: 'E_SOURCE_FORMAT' })
  })

  it('without images beside it is a table, or nothing', async () => {
    put({ 'list.csv': 'file,k\n1.bmp,a\n2.bmp,b\n', 'l.json': '{"1.bmp": "a"}' })
    expect(await planSource(at('list.csv'))).toEqual({ kind: 'table', path: at('list.csv'), problems: [] })
    await refused(at('l.json')).toMatchObject({
      message: `Expected a folder, a CSV or TSV table, or an IDX file. Received: ${at('l.json')}`,
      fix: 'Choose the folder that holds the images, or a table.',
    })
  })

  it('of another kind is none, whatever it says', async () => {
    put({ '1.bmp': PICTURE, '2.bmp': PICTURE, 'list.txt': 'file,k\n1.bmp,a\n2.bmp,b\n' })
    await refused(at('list.txt')).toMatchObject({ code: 'E_SOURCE_FORMAT' })
  })

  it('is left when that is asked for', async () => {
    put({ 'data.csv': 'x,y\n1,2\n' })
    await refused(at('data.csv'), { signal: AbortSignal.abort(new Error('enough')) }).toThrow('enough')
  })

  it('of a pair stands for both', async () => {
    put({ 'train-images-idx3-ubyte': IDX })
    expect(await planSource(at('train-images-idx3-ubyte'))).toMatchObject({ kind: 'idx', pairs: { length: 1 } })
  })

  it.each(['net.keras', 'resnet50.pth', 'tfjs/model.json'])('of a model is for another screen: %s', async (name) => {
    put({ [name]: 'weights' })
    await refused(at(name)).toMatchObject({ fix: expect.stringContaining('on the screen Models') as string })
    await refused(at('.')).toMatchObject({ fix: expect.stringContaining('on the screen Models') as string })
  })

  it('of a picture is refused, with why it could not be used in a folder', async () => {
    put({ 'a.bmp': PICTURE, b: PICTURE, 'c.bmp': 'broken', d: '%PDF-1.4', 'e.txt': 'x' })
    const expected = 'Expected a folder, a CSV or TSV table, or an IDX file. Received:'
    await refused(at('a.bmp')).toMatchObject({
      code: 'E_SOURCE_FORMAT',
      message: `${expected} ${at('a.bmp')}, one picture`,
    })
    await refused(at('b')).toMatchObject({ message: `${expected} ${at('b')}, one picture` })
    await refused(at('c.bmp')).toMatchObject({
      message: expect.stringContaining(`${at('c.bmp')}, a picture that cannot be used. Expected a JPEG`) as string,
      fix: expect.stringContaining('Mend or convert') as string,
    })
    await refused(at('d')).toMatchObject({ message: expect.stringContaining('PDF pages are not read') as string })
    await refused(at('e.txt')).toMatchObject({ message: `${expected} ${at('e.txt')}` })
    await refused(at('none')).toMatchObject({ code: 'E_SOURCE_PATH' })
    await refused([]).toMatchObject({ code: 'E_SOURCE_PATH' })
  })
})

describe('several sources', () => {
  it('are planned as one folder', async () => {
    put({ 'x/1.bmp': PICTURE, 'y/2.bmp': PICTURE, 'l.csv': 'file,k\n1.bmp,a\n2.bmp,b\n' })
    expect(await imagesOf(['x', 'y/2.bmp', 'l.csv'].map(at))).toEqual({
      images: ['2.bmp', 'x/1.bmp'],
      labels: 'l.csv',
      problems: [],
    })
    put({ 'p/train-images-idx3-ubyte': IDX })
    expect(await planSource([at('p/train-images-idx3-ubyte'), at('l.csv')])).toMatchObject({
      kind: 'idx',
      problems: [{ path: 'l.csv' }],
    })
  })
})

describe('an inspection', () => {
  const look = async (...how: Parameters<typeof inspectSource>) => {
    const { layout, summary, count, suggestedLabels, header, warnings } = await inspectSource(...how)
    return { layout, summary, count, suggestedLabels, header, warnings }
  }

  it('of images counts them by class', async () => {
    put({ 'a/1.bmp': PICTURE, 'a/2.bmp': PICTURE, 'b/3.bmp': PICTURE })
    mkdirSync(at('c'))
    expect(await inspectSource(root)).toEqual({
      source: root,
      suggestedName: root.split('/').at(-1),
      layout: 'folder-per-class',
      summary: '2 classes, 3 images; one folder per class',
      count: 3,
      classes: [
        { name: 'a', count: 2 },
        { name: 'b', count: 1 },
      ],
      columns: [],
      suggestedLabels: ['label'],
      header: null,
      warnings: ['c: The folder holds no file; it gives no class.'],
    })
    expect(await look(at('a'))).toMatchObject({
      layout: 'flat-folder',
      summary: '2 images without labels',
      suggestedLabels: [],
    })
    expect((await look(at('b'))).summary).toBe('1 image without labels')
    put({ 'loose.bmp': PICTURE })
    const { count, classes } = await inspectSource(root)
    expect([count, classes]).toEqual([4, [{ name: 'a', count: 2 }, { name: 'b', count: 1 }]]) // prettier-ignore
  })

  it('says that a split is given', async () => {
    put({ 'train/a/1.bmp': PICTURE, 'test/a/2.bmp': PICTURE })
    expect((await look(root)).summary).toBe('1 class, 2 images; one folder per class; the split is given')
  })

  it('says that a list gives the split of some', async () => {
    put({ '1.bmp': PICTURE, '2.bmp': PICTURE, '3.bmp': PICTURE })
    put({ 'l.csv': 'file,set,kind\n1.bmp,train,a\n2.bmp,test,b\n3.bmp,,b\n' })
    expect((await look(root)).summary).toBe('2 classes, 3 images; the split is given; labels: kind (from l.csv)')
  })

  it('of images with a list says what it gives', async () => {
    put({ '1.bmp': PICTURE, '2.bmp': PICTURE, 'l.csv': 'file,kind,size\n1.bmp,a,1.5\n2.bmp,b,2.5\n' })
    expect(await look(root)).toMatchObject({
      layout: 'folder-with-labels',
      summary: '2 classes, 2 images; labels: kind, size (from l.csv)',
      suggestedLabels: ['kind', 'size'],
      header: true,
    })
    put({ 'l.csv': 'file,size,kind\n1.bmp,1.5,a\n2.bmp,2.5,b\n' })
    expect((await look(root)).summary).toBe('2 classes, 2 images; labels: size, kind (from l.csv)')
    put({ 'l.csv': 'file,size\n1.bmp,1.5\n2.bmp,2.5\n' })
    expect((await look(root)).summary).toBe('2 images; labels: size (from l.csv)')
    put({ 'l.csv': 'file\n1.bmp\n2.bmp\n' })
    expect((await look(root)).summary).toBe('2 images; no label column found (from l.csv)')
    rmSync(at('l.csv'))
    put({ 'l.json': '{"1.bmp": "a", "2.bmp": "b"}' })
    expect(await inspectSource(root)).toMatchObject({ header: null, columns: [{ name: 'path' }, { name: 'label' }] })
  })

  it('of a table says what it would predict', async () => {
    put({ 'data.csv': 'x,y\n1,a\n2,b\n3,a\n4,\n', 'notes.txt': 'x' })
    expect(await look(at('data.csv'))).toEqual({
      layout: 'table',
      summary: '4 rows, 2 columns; y looks like the label (2 classes)',
      count: 4,
      suggestedLabels: ['y'],
      header: true,
      warnings: [],
    })
    expect((await inspectSource(at('data.csv'))).classes).toEqual([{ name: 'a', count: 2 }, { name: 'b', count: 1 }]) // prettier-ignore
    expect((await look(root)).warnings).toEqual(['notes.txt: Neither its name nor its content is an image.'])
    put({ 'data.csv': 'x\n0.5\n' })
    expect((await look(at('data.csv'))).summary).toBe('1 row, 1 column; x looks like the value to predict')
    put({ 'data.csv': 'id\n1\n2\n' })
    expect((await look(at('data.csv'))).summary).toBe('2 rows, 1 column; no column looks like a label')
  })

  it('of a table warns of the first five lines, labels and five columns', async () => {
    const rows = Array.from({ length: 25 }, (_, i) => `${['$1', '$2', '$3', '$4', '$5', '$6'].join()},${i}`)
    put({ 'data.csv': ['a,b,c,d,e,f,y', ...new Array<string>(7).fill('1'), ...rows].join('\n') })
    const { warnings } = await look(at('data.csv'))
    expect(warnings.map((text) => text.slice(0, 12))).toEqual([
      ...[2, 3, 4, 5, 6].map((line) => `line ${line}: Expe`),
      'y: 25 differ',
      ...['a', 'b', 'c', 'd', 'e'].map((name) => `${name}: Numbers c`),
    ])
  })

  it('of a long table stops, and says so', async () => {
    put({ 'data.csv': `x,y\n${'1,a\n'.repeat(150_000)}` })
    const found = await look(at('data.csv'))
    expect([found.summary, found.count]).toEqual([
      '20,000 or more rows, 2 columns; y looks like the label (1 class)',
      20_000,
    ])
  })

  it('reads as it was said', async () => {
    put({ 'data.csv': 'a,x\n-9,y\n1,x\n2,\n' })
    const found = await inspectSource(at('data.csv'), { reading: { header: false, missing: ['-9'] } })
    expect([found.header, found.count, found.columns[0]?.missing]).toEqual([false, 4, 1])
    expect(found.columns[0]?.missingTexts).toEqual(['-9'])
    put({ 'photos/1.bmp': PICTURE, 'photos/2.bmp': PICTURE, 'photos/3.bmp': PICTURE })
    put({ 'photos/l.csv': '1.bmp,a\n2.bmp,b\n3.bmp,a\n' })
    const named = await inspectSource(at('photos'), { reading: { header: true, missing: [] } })
    expect(named.columns.map(({ name }) => name)).toEqual(['1.bmp', 'a'])
    await expect(inspectSource(at('data.csv'), { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
      'enough',
    )
  })

  it.each([
    ['data.csv', 'data'],
    ['my.data.tsv', 'my.data'],
    ['my.gz.csv', 'my.gz'],
    ['.csv', '.csv'],
    [`${'x'.repeat(120)}.csv`, 'x'.repeat(100)],
  ])('of %s suggests the name %s', async (name, suggested) => {
    put({ [name]: 'x,y\n1,2\n' })
    expect((await inspectSource(at(name))).suggestedName).toBe(suggested)
  })

  it('suggests a name for zipped files and for what has none', async () => {
    put({ 'train-images.idx3.gz': IDX })
    expect((await inspectSource(at('train-images.idx3.gz'))).suggestedName).toBe('train-images')
    put({ '.gz/1.bmp': PICTURE })
    expect((await inspectSource(at('.gz'))).suggestedName).toBe('dataset')
    put({ 'x/1.bmp': PICTURE, 'x/2.bmp': PICTURE })
    expect((await inspectSource([at('x/1.bmp'), at('x/2.bmp')])).suggestedName).toBe('x')
  })
})
