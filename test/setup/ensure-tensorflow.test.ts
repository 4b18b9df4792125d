import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ensureTensorFlow } from '../../build/setup/ensure-tensorflow.mjs'
import { machine, program, temporaryFolder, writeFiles, zip } from './support.ts'

const LIBRARY = 'the library'
const WHEEL = zip({
  'tensorflow/libtensorflow_cc.so.2': LIBRARY,
  'tensorflow/libtensorflow_framework.so.2': 'the framework',
  'tensorflow/include/tensorflow/c/c_api.h': '// header',
  'tensorflow/python/huge.so': 'not wanted',
})
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const wheel = {
  requirement: 'tensorflow-cpu==2.21.0',
  tag: 'manylinux_2_27_x86_64',
  file: 'tensorflow_cpu-test.whl',
  sha256: sha256(WHEEL),
  sizeBytes: WHEEL.length,
}
const onlyWheel = { wheels: { 'linux-x64': wheel }, archives: {} }

/** A Python whose pip delivers `file` and counts how often it was asked. */
function givePython(bin: string, file: Buffer): () => number {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'wheel'), file)
  program(
    bin,
    'python3',
    `case "$*" in
      -c*) echo 3 ;;
      *--version*) echo pip ;;
      *) for a in "$@"; do [ "$previous" = --dest ] && dest="$a"; previous="$a"; done
         echo asked >> ${folder}/count; /bin/cp ${folder}/wheel "$dest/${wheel.file}" ;;
    esac`,
  )
  return () =>
    existsSync(join(folder, 'count')) ? readFileSync(join(folder, 'count'), 'utf8').trim().split('\n').length : 0
}

describe('the wheel', () => {
  test('is downloaded by pip, checked, unpacked, and not asked for again', async () => {
    const m = machine(onlyWheel)
    const asked = givePython(m.bin, WHEEL)
    const found = await ensureTensorFlow(m)
    expect(readFileSync(found.libraries[0] as string, 'utf8')).toBe(LIBRARY)
    expect(existsSync(join(found.includeDir, 'tensorflow/c/c_api.h'))).toBe(true)
    expect(existsSync(join(found.folder, 'python'))).toBe(false)
    expect(await ensureTensorFlow(m)).toEqual(found)
    expect(asked()).toBe(1)
    expect(m.said.join('')).toMatch(/Downloading TensorFlow .*MB/)
  })

  test('that is already in the cache folder is used without pip', async () => {
    const m = machine(onlyWheel)
    writeFiles(join(m.cacheDir, 'tensorflow'), {})
    mkdirSync(join(m.cacheDir, 'tensorflow'), { recursive: true })
    writeFileSync(join(m.cacheDir, 'tensorflow', wheel.file), WHEEL)
    expect((await ensureTensorFlow(m)).libraries).toHaveLength(2)
  })

  test('with a wrong hash is refused and leaves nothing behind', async () => {
    const m = machine(onlyWheel)
    givePython(m.bin, zip({ 'tensorflow/evil': 'x' }))
    await expect(ensureTensorFlow(m)).rejects.toThrow(/is not the file that was published.*run the same command again/)
    expect(existsSync(join(m.cacheDir, 'tensorflow', wheel.file))).toBe(false)
  })

  test('whose unpacking was interrupted is unpacked afresh', async () => {
    const m = machine(onlyWheel)
    givePython(m.bin, WHEEL)
    const half = join(m.cacheDir, 'tensorflow', '2.21.0-linux-x64.unpacking')
    writeFiles(half, { 'lib/libtensorflow_cc.so.2': 'hal' })
    const found = await ensureTensorFlow(m)
    expect(readFileSync(found.libraries[0] as string, 'utf8')).toBe(LIBRARY)
    expect(existsSync(half)).toBe(false)
  })
})

describe('what can be missing is said in one sentence', () => {
  test('Python', async () => {
    await expect(ensureTensorFlow(machine(onlyWheel))).rejects.toThrow(/^Python 3 is missing.*apt install python3/)
  })

  test('pip', async () => {
    const m = machine(onlyWheel)
    program(m.bin, 'python3', 'case "$*" in -c*) echo 3 ;; *) echo "No module named pip" >&2; exit 1 ;; esac')
    await expect(ensureTensorFlow(m)).rejects.toThrow(/^Python’s pip is missing.*python3-pip/)
  })

  test('the network', async () => {
    const m = machine(onlyWheel)
    program(
      m.bin,
      'python3',
      `case "$*" in -c*) echo 3 ;; *--version*) echo pip ;; *) echo "ERROR: Could not find a version that satisfies"; exit 1 ;; esac`,
    )
    await expect(ensureTensorFlow(m)).rejects.toThrow(
      /could not be downloaded \(pip says: Could not find.*check the network/,
    )
  })

  test('disk space, before and during the download', async () => {
    const small = machine({ ...onlyWheel, freeBytes: () => 300e6 })
    await expect(ensureTensorFlow(small)).rejects.toThrow(/too little disk space .*about 2 GB.*300 MB are free/)
    const m = machine(onlyWheel)
    program(
      m.bin,
      'python3',
      `case "$*" in -c*) echo 3 ;; *--version*) echo pip ;; *) echo "OSError: [Errno 28] No space left on device"; exit 1 ;; esac`,
    )
    await expect(ensureTensorFlow(m)).rejects.toThrow(/^The disk is full: free about 2 GB/)
  })

  test('a TensorFlow for this system', async () => {
    const m = machine({ ...onlyWheel, platform: 'win32' })
    await expect(ensureTensorFlow(m)).rejects.toThrow(/no ready TensorFlow for win32 x64.*GRAFT_LIBTENSORFLOW/)
  })
})

describe('a folder given by GRAFT_LIBTENSORFLOW', () => {
  test('is used, in the layout of the archive and of the Python package', async () => {
    for (const prefix of ['lib/', '']) {
      const folder = temporaryFolder()
      writeFiles(folder, { [`${prefix}libtensorflow.so.2`]: '', 'include/tensorflow/c/c_api.h': '' })
      const m = machine(onlyWheel)
      m.env.GRAFT_LIBTENSORFLOW = folder
      expect((await ensureTensorFlow(m)).libraries).toEqual([join(folder, prefix, 'libtensorflow.so.2')])
    }
  })

  test('without a library is refused', async () => {
    const m = machine(onlyWheel)
    m.env.GRAFT_LIBTENSORFLOW = '/nowhere'
    await expect(ensureTensorFlow(m)).rejects.toThrow(/GRAFT_LIBTENSORFLOW is \/nowhere, but there is no TensorFlow/)
  })
})

describe('the official archive', () => {
  test('that the server refuses is remembered and not asked for again', async () => {
    let asked = 0
    const fetch = async (): Promise<Response> => ((asked += 1), new Response('no', { status: 403 }))
    const archive = { version: '2.15.0', url: 'http://localhost/x.tar.gz', sha256: 'x' }
    const m = machine({ ...onlyWheel, archives: { 'linux-x64': archive }, fetch })
    await expect(ensureTensorFlow(m)).rejects.toThrow(/^Python 3 is missing/)
    expect(m.said.join('')).toMatch(/official archive cannot be had \(the server answered 403\)/)
    givePython(m.bin, WHEEL)
    await ensureTensorFlow(m)
    expect(asked).toBe(1)
  })

  test('goes on where an interrupted download ended', async () => {
    const tar = makeArchive()
    const ranges: (string | undefined)[] = []
    const url = await serve(tar, ranges)
    const archive = { version: '2.15.0', url, sha256: sha256(tar) }
    const m = machine({ ...onlyWheel, archives: { 'linux-x64': archive } })
    const part = join(m.cacheDir, 'tensorflow', 'libtensorflow-2.15.0.tar.gz.part')
    m.env.PATH = process.env['PATH']
    mkdirSync(join(m.cacheDir, 'tensorflow'), { recursive: true })
    writeFileSync(part, tar.subarray(0, 200))
    const found = await ensureTensorFlow(m)
    expect(ranges).toEqual(['bytes=200-'])
    expect(readFileSync(found.libraries[0] as string).length).toBe(4000)
  })
})

function makeArchive(): Buffer {
  const folder = temporaryFolder()
  const noise = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 31) % 251))
  writeFiles(folder, { 'lib/libtensorflow_framework.so.2': 'f', 'include/tensorflow/c/c_api.h': '' })
  writeFileSync(join(folder, 'lib/libtensorflow.so.2'), noise)
  execFileSync('tar', ['-czf', 'a.tar.gz', 'lib', 'include'], { cwd: folder })
  return readFileSync(join(folder, 'a.tar.gz'))
}

async function serve(body: Buffer, ranges: (string | undefined)[]): Promise<string> {
  const server = createServer((request, response) => {
    ranges.push(request.headers.range)
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length - from }).end(body.subarray(from))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.tar.gz`
}
