import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../src-main/hosts/cli/program.ts'

const text = readFileSync(fileURLToPath(new URL('../../docs/cli.md', import.meta.url)), 'utf8')

function leaves(command: Command, path: string[] = []): { path: string; command: Command }[] {
  return command.commands.flatMap((inner) => {
    const name = [...path, inner.name()]
    return inner.commands.length > 0 ? leaves(inner, name) : [{ path: name.join(' '), command: inner }]
  })
}

const commands = leaves(createProgram('0.0.0'))
const headings = text.split('\n').filter((line) => line.startsWith('## '))

describe('docs/cli.md', () => {
  it.each(commands.map(({ path }) => path))('has a heading for %s', (path) => {
    expect(headings.some((heading) => heading.slice(3).split(', ').some((name) => name === path || name.startsWith(`${path} `)))).toBe(true)
  })

  it.each(commands.flatMap(({ path, command }) => command.options.map((option) => [path, option.long ?? option.short ?? ''])))(
    'mentions %s %s',
    (_, flag) => {
      expect(text).toContain(flag)
    },
  )

  it('promises no command that does not exist', () => {
    const promised = headings.slice(1).flatMap((heading) => heading.slice(3).split(', ').map((name) => name.replace(/ (--.*|[A-Z]+\b.*)$/, '')))
    const known = commands.map(({ path }) => path)
    expect(promised.filter((name) => !known.includes(name))).toEqual([])
  })
})
