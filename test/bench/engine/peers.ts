import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Fixed, so that figures of different days compare. */
const PACKAGES = ['keras==3.15.1', 'tensorflow-cpu==2.21.0', 'torch==2.9.1', 'torchvision==0.24.1']

/** Python of the environment that holds Keras and PyTorch: GRAFT_PEERS_PYTHON, or one that is made in the user's cache folder
 *  (several hundred megabytes, once). */
export function peersPython(): string {
  const given = process.env['GRAFT_PEERS_PYTHON']
  if (given !== undefined) return given
  const folder = join(process.env['GRAFT_CACHE'] ?? join(homedir(), '.cache', 'graft'), 'bench-peers')
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  if (existsSync(join(folder, 'ready'))) return python
  mkdirSync(folder, { recursive: true })
  console.log(`Setting up Keras and PyTorch in ${folder} ...`)
  run('python3', ['-m', 'venv', folder])
  run(python, ['-m', 'pip', 'install', '--quiet', '--upgrade', 'pip'])
  run(python, ['-m', 'pip', 'install', '--quiet', ...PACKAGES])
  run(python, ['-c', `open(${JSON.stringify(join(folder, 'ready'))}, "w").close()`])
  return python
}

/** What the contenders are, for the report. */
export function peerVersions(python: string): Record<string, string> {
  const code =
    'import json, keras, tensorflow, torch; print(json.dumps({"Keras": keras.__version__, "TensorFlow of Keras": tensorflow.__version__, "PyTorch": torch.__version__}))'
  const { stdout } = spawnSync(python, ['-c', code], {
    encoding: 'utf8',
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  })
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, string>
}

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0)
    throw new Error(
      `${command} ${args.slice(0, 4).join(' ')} ended with ${status}. Run it again, or set GRAFT_PEERS_PYTHON.`,
    )
}
