import { dirname, join } from 'node:path'
import { PROGRAM_FILES } from '../../contract/proof-words.ts'
import type { ProgramJob } from '../../contract/trainer.ts'

export interface Command {
  readonly command: string
  readonly args: readonly string[]
}

/** Windows' installer brings `py`, and no `python3`; an environment that is active is the first `python` of the path. */
const PYTHONS: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = { win32: ['python', 'py', 'python3'] }

/** How the program is started, in the order in which it is tried. */
export function commandsOf({ language, folder, files }: ProgramJob, platform = process.platform): Command[] {
  const given = [...files, '--json', '--time']
  if (language === 'javascript') {
    return [
      { command: process.execPath, args: ['--import', NODE_START, join(folder, PROGRAM_FILES.javascript), ...given] },
    ]
  }
  const own = process.env['GRAFT_PYTHON']
  const names = own === undefined || own === '' ? (PYTHONS[platform] ?? ['python3', 'python']) : [own]
  const program = join(folder, PROGRAM_FILES.python)
  return names.map((command) => ({ command, args: ['-c', PYTHON_START, dirname(program), program, ...given] }))
}

/** Ends the program when its standard input closes, which it does when the process that started it is gone, killed or not. Reads without Python's
 *  buffer: its lock would be in the way of a regular end. On Windows nothing is watched: the system ends the program with the one that started
 *  it (a job object of libuv), and a read that waits would hold up whoever looks at the same pipe. */
const PYTHON_START = [
  'import os, runpy, sys, threading',
  'def watch():',
  '    while os.read(0, 1):',
  '        pass',
  '    os._exit(1)',
  'if os.name != "nt":',
  '    threading.Thread(target=watch, daemon=True).start()',
  'sys.path[0] = sys.argv[1]',
  'del sys.argv[:2]',
  'runpy.run_path(sys.argv[0], run_name="__main__")',
].join('\n')

/** The same for Node; and packages that lie nowhere around the export are those of Graft. */
const NODE_START = `data:text/javascript,${encodeURIComponent(
  [
    "import { registerHooks } from 'node:module'",
    'const leave = () => process.exit(1)',
    "process.stdin.on('end', leave).on('error', leave).resume().unref()",
    'registerHooks({',
    '  resolve(specifier, context, next) {',
    '    try {',
    '      return next(specifier, context)',
    '    } catch (error) {',
    '      if (/^[./]|^\\w+:/.test(specifier)) throw error',
    `      return next(specifier, { ...context, parentURL: ${JSON.stringify(import.meta.url)} })`,
    '    }',
    '  },',
    '})',
  ].join('\n'),
)}`
