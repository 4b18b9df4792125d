import { describe, expect, it } from 'vitest'
import { createFileMatcher } from '../../../src-main/data/match-files.ts'

function matcher(paths: readonly string[], root = '/home/me/photos') {
  const files = createFileMatcher(
    paths.map((path) => ({ path, absolute: `${root}/${path}` })),
    root,
  )
  return {
    match: (text: string) => {
      const found = files.match(text)
      return found === null ? null : paths[found]
    },
    alike: (text: string) => files.alike(text).map((i) => paths[i]),
  }
}

describe('a text means a file', () => {
  const { match } = matcher(['cats/1.png', 'cats/2.png', 'dogs/2.png', 'dogs/3.tar.png', '.cover', 'v1.0/plain'])
  it.each([
    ['by its path', 'dogs/2.png', 'dogs/2.png'],
    ['by its path without extension', 'dogs/2', 'dogs/2.png'],
    ['by its name, where only one is called so', '1.png', 'cats/1.png'],
    ['by its name without extension', '1', 'cats/1.png'],
    ['by its name below another folder', 'elsewhere/1.png', 'cats/1.png'],
    ['by the last extension alone', '3.tar', 'dogs/3.tar.png'],
    ['by a name that begins with a point', '.cover', '.cover'],
    ['by a name without extension below a folder with a point', 'v1.0/plain', 'v1.0/plain'],
    ['with space around it', '  cats/2.png\n', 'cats/2.png'],
    ['in the way of Windows', '.\\cats\\2.png', 'cats/2.png'],
    ['from the folder that it lies in', './././cats/2.png', 'cats/2.png'],
    ['from the folder above', 'photos/cats/2.png', 'cats/2.png'],
  ])('%s', (_how, text, expected) => expect(match(text)).toBe(expected))

  it.each(['2.png', '2', '', '   ', '4.png', '3', 'other/photos/9.png', 'cover', 'v1'])(
    '%j means none, or several',
    (text) => {
      expect(match(text)).toBeNull()
    },
  )

  it('in another case or Unicode form where only one is called so', () => {
    const names = matcher(['IMG_0.PNG', 'Cafe\u0301.png', 'A.png', 'a.PNG'])
    expect(names.match('img_0.png')).toBe('IMG_0.PNG')
    expect(names.match('CAF\u00c9.PNG')).toBe('Cafe\u0301.png')
    expect(names.match('Caf\u00e9.png')).toBe('Cafe\u0301.png')
    expect(names.match('a.png')).toBeNull()
    expect(names.match('a.PNG')).toBe('a.PNG')
    expect(names.match(' IMG_0.png\n')).toBe('IMG_0.PNG')
    expect(matcher(['v1./x.png', 'b/x.png']).match('V1./x.png')).toBe('v1./x.png')
  })

  it('as it is written before anything else', () => {
    const names = matcher([' a.png', 'a.png', 'photos/a.png', './b.png'])
    expect(names.match(' a.png')).toBe('a.png')
    expect(names.match('photos/a.png')).toBe('photos/a.png')
    expect(names.match('./b.png')).toBe('./b.png')
  })
})

describe('the name of the folder itself', () => {
  it('may stand before a path, unless it is the name of a split or there is none', () => {
    const paths = ['a/1.png', 'b/1.png']
    expect(matcher(paths, 'C:\\photos').match('photos/a/1.png')).toBe('a/1.png')
    expect(matcher(paths, '/train').match('train/a/1.png')).toBeNull()
    expect(matcher(paths, '/').match('/a/1.png')).toBeNull()
    expect(matcher(paths).match('photosa/1.png')).toBeNull()
    expect(matcher(paths, '/cafe\u0301').match('caf\u00e9/b/1.png')).toBe('b/1.png')
  })
})

describe('files that a text may mean', () => {
  it('differ from it in folder, extension, case or Unicode form only', () => {
    const { alike } = matcher(['x/A.png', 'y/a.jpg', 'a.PNG', 'b.png'])
    expect(alike('a.png')).toEqual(['x/A.png', 'a.PNG'])
    expect(alike('A')).toEqual(['x/A.png', 'y/a.jpg', 'a.PNG'])
    expect(alike('Y/A')).toEqual(['y/a.jpg'])
    expect(alike('c')).toEqual([])
    expect(alike('photos/B.PNG')).toEqual(['b.png'])
  })
})
