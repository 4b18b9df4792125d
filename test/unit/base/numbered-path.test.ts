import { expect, test } from 'vitest'
import { numberedPath } from '../../../src-main/base/numbered-path.ts'

test.each([
  ['cat.jpg', 2, 'cat (2).jpg'],
  ['a.b', 3, 'a (3).b'],
  ['set.tar.gz', 2, 'set.tar (2).gz'],
  ['pets/cat.jpg', 2, 'pets/cat (2).jpg'],
  ['pets/c.jpg', 2, 'pets/c (2).jpg'],
  ['cat', 2, 'cat (2)'],
  ['v1.0/cat', 2, 'v1.0/cat (2)'],
  ['.bashrc', 2, '.bashrc (2)'],
  ['home/.bashrc', 10, 'home/.bashrc (10)'],
])('%s, %s -> %s', (path, number, expected) => expect(numberedPath(path, number)).toBe(expected))
