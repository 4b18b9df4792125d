import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeBadFiles } from '../../support/bad-files.ts'
import { type Imported, importHere } from '../../support/import-here.ts'

/** What becomes of each file: its size where it is imported, the code of its problem where there is one. */
const EXPECTED: Record<string, string> = {
  'plain.jpg': '40x30x3',
  'rotated.jpg': '30x41x3',
  'cmyk.jpg': '42x30x3',
  'progressive.jpg': '43x30x3',
  'palette.png': '44x30x3',
  'sixteen.png': '45x30x3',
  'grey.png': '46x30x1',
  'alpha.png': '47x30x3',
  'animated.gif': '48x30x3',
  'photo.webp': '49x30x3',
  'scan.tiff': '50x30x3',
  'new.avif': '51x30x3',
  'paint.bmp': '52x30x3',
  'really-png.jpg': '53x30x3 wrong-extension',
  'no-extension': '54x30x3 wrong-extension',
  'Фото 写真 📷 é.png': '55x30x3',
  'line\nbreak.png': '56x30x3 bad-name',
  [`${'long'.repeat(60)}.png`]: '57x30x3',
  'again.png': '40x30x3',
  'and-again.png': '40x30x3',
  'inside.jpg': '40x30x3',
  'empty.jpg': 'zero-bytes',
  'half.jpg': 'truncated',
  'half.png': 'truncated',
  'header-only.png': 'truncated',
  'half.bmp': 'truncated',
  'bomb.png': 'too-large',
  'damaged.png': 'truncated',
  'noise.webp': 'truncated',
  'text.jpg': 'not-an-image',
  'page.png': 'not-an-image',
  'drawing.svg': 'unsupported-format',
  'drawing.png': 'unsupported-format',
  'phone.heic': 'unsupported-format',
  'layers.psd': 'unsupported-format',
  'manual.pdf': 'unsupported-format',
  'notes.txt': 'not-an-image',
  'folder.jpg': 'unreadable',
  'outside.jpg': 'symlink-outside',
  'nowhere.jpg': 'unreadable',
  'a.jpg': 'symlink-loop',
  'b.jpg': 'symlink-loop',
  loop: 'symlink-loop',
  'socket.jpg': 'unreadable',
  ...(process.platform === 'linux' ? { 'latin\uFFFD.png': 'bad-name' } : {}),
}

let root: string
let imported: Imported
let files: Awaited<ReturnType<typeof makeBadFiles>>

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'graft-bad-'))
  files = await makeBadFiles(root)
  imported = await importHere(files.folder, join(root, 'out'), { storage: 'copy' })
})
afterAll(() => {
  files.close()
  rmSync(root, { recursive: true })
})

describe('a folder of bad files', () => {
  it('comes to what is expected, file by file', () => {
    const outcomes = new Map<string, string>()
    const add = (path: string, text: string): void => {
      const name = path.replace(/^odd\//, '')
      outcomes.set(name, [outcomes.get(name), text].filter((part) => part !== undefined).join(' '))
    }
    for (const item of imported.items) add(item.name, `${item.width}x${item.height}x${item.channels}`)
    for (const problem of imported.problems) if (problem.path !== 'nothing') add(problem.path, problem.code)
    expect(Object.fromEntries(outcomes)).toEqual(EXPECTED)
    expect(Object.keys(EXPECTED).length).toBeGreaterThan(40)
  })

  it('says why, in a sentence, and which problems left a file out', () => {
    for (const { path, level, message } of imported.problems) {
      expect(message, path).toMatch(/^\S.*\.$/s)
      const isImported = imported.items.some((item) => item.name === path)
      expect(level, path).toBe(isImported || path === 'nothing' ? 'warning' : 'error')
    }
  })

  it('gives the classes that have files, and names the folder that has none', () => {
    expect(imported.schema).toMatchObject({ kind: 'image', labelColumns: [{ name: 'label', classes: ['odd'] }] })
    expect(imported.problems.filter((problem) => problem.path === 'nothing')).toMatchObject([
      { code: 'empty-class', level: 'warning' },
    ])
  })

  it('has a thumbnail for every item, upright and at most 160 pixels', async () => {
    const thumbs = readFileSync(join(root, 'out', 'thumbs.bin'))
    for (const { name, thumb, width, height } of imported.items) {
      if (thumb === null) throw new Error(`no thumbnail: ${name}`)
      const image = sharp(thumbs.subarray(thumb.offset, thumb.offset + thumb.length)).autoOrient()
      const { autoOrient } = await image.metadata()
      expect([autoOrient.width, autoOrient.height], name).toEqual([width, height])
    }
  })

  it('copies what it imports, and nothing else', () => {
    const copies = readdirSync(join(root, 'out', 'files'), { recursive: true, withFileTypes: true })
    expect(copies.filter((entry) => entry.isFile())).toHaveLength(
      new Set(imported.items.map((item) => item.contentHash)).size,
    )
    expect(imported.items.every((item) => item.path?.startsWith(join(root, 'out')) && existsSync(item.path))).toBe(true)
    expect(readdirSync(root).sort()).toEqual(['data', 'out', 'secret.jpg'])
  })
})
