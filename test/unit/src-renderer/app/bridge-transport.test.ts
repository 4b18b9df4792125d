import { describe, expect, it } from 'vitest'
import type { WorkbenchBridge } from '../../../../src-main/contract/bridge.ts'
import { bridgeTransport } from '../../../../src-renderer/app/bridge-transport.ts'
import { isUpload } from '../../../../src-renderer/app/transport.ts'

/** The far side of Electron's bridge: a handle for each file, in the order in which they are asked for. */
function bridgeOf(refused: string | null = null): WorkbenchBridge {
  return {
    call: () => Promise.reject(new Error('nothing is called here')),
    on: () => () => undefined,
    pathForFile: (file) => {
      const { name } = file as File
      return name === refused ? Promise.reject(new Error(`no path for ${name}`)) : Promise.resolve(`grant:${name}`)
    },
  }
}
const dropped = (...names: string[]) => names.map((name) => ({ file: new File([], name), path: name }))

describe('files dropped in Electron', () => {
  it('are all used: a handle each, in their order', async () => {
    const told: [number, number][] = []
    const { sourceOf } = bridgeTransport(bridgeOf())
    const source = await sourceOf(dropped('birds', 'a.png', 'b.png'), (done, total) => told.push([done, total]))
    expect(source).toEqual(['grant:birds', 'grant:a.png', 'grant:b.png'])
    expect(told).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })

  it('alone are one source', async () => {
    expect(await bridgeTransport(bridgeOf()).sourceOf(dropped('birds'))).toBe('grant:birds')
  })

  it('are refused whole when one of them is, and when there is none', async () => {
    const { sourceOf } = bridgeTransport(bridgeOf('b.png'))
    await expect(sourceOf(dropped('a.png', 'b.png'))).rejects.toThrow('no path for b.png')
    await expect(sourceOf([])).rejects.toThrow('needs a file')
  })

  it('are no copies, which only a browser makes', () => {
    expect([isUpload('grant:a'), isUpload(['grant:a', 'grant:b']), isUpload('upload:x')]).toEqual([false, false, true])
  })
})
