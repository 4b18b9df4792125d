import { beforeEach, expect, test, vi } from 'vitest'
import type { WorkbenchBridge } from '../../src-main/contract/bridge.ts'
import { theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
await import('../../src-main/hosts/electron/preload.ts')
const exposures = [...electron.contextBridge.exposeInMainWorld.mock.calls] as [string, WorkbenchBridge][]
const [name, bridge] = exposures[0] as [string, WorkbenchBridge]

beforeEach(() => electron.ipcRenderer.invoke.mockReset())

test('puts three frozen functions on the page and nothing else', () => {
  expect(exposures).toHaveLength(1)
  expect(name).toBe('workbench')
  expect(Object.keys(bridge).sort()).toEqual(['call', 'on', 'pathForFile'])
  expect(Object.isFrozen(bridge)).toBe(true)
})

test('calls pass on names of the contract only', async () => {
  electron.ipcRenderer.invoke.mockResolvedValue({ ok: true, value: 1 })
  expect(await bridge.call('system.info', {})).toEqual({ ok: true, value: 1 })
  expect(electron.ipcRenderer.invoke).toHaveBeenCalledWith('wb:call', 'system.info', {})
  for (const wrong of ['system.shell', '__proto__', 'constructor', 'wb:call', '']) {
    expect(await bridge.call(wrong, {})).toMatchObject({ ok: false, error: { code: 'E_UNKNOWN_REQUEST' } })
  }
  expect(electron.ipcRenderer.invoke).toHaveBeenCalledOnce()
})

test('listeners get the payload without the event of Electron, until they leave', () => {
  const heard: unknown[] = []
  const leave = bridge.on('runs.changed', (...args: unknown[]) => heard.push(args))
  electron.ipcRenderer.emit('wb:event', { sender: 'secret' }, 'runs.changed', { id: 'a' })
  electron.ipcRenderer.emit('wb:event', { sender: 'secret' }, 'jobs.changed', { id: 'b' })
  leave()
  electron.ipcRenderer.emit('wb:event', { sender: 'secret' }, 'runs.changed', { id: 'c' })
  expect(heard).toEqual([[{ id: 'a' }]])
  expect(() => bridge.on('__proto__', () => undefined)).toThrow(/Expected an event of the contract/)
})

test('a dropped file becomes a handle; its path stays in the preload', async () => {
  electron.ipcRenderer.invoke.mockResolvedValue({ ok: true, value: 'grant:abc' })
  expect(await bridge.pathForFile({ path: '/home/me/photos' })).toBe('grant:abc')
  expect(electron.ipcRenderer.invoke).toHaveBeenCalledWith('wb:grant', '/home/me/photos')
  electron.ipcRenderer.invoke.mockResolvedValue({ ok: false, error: { code: 'E_ACCESS', message: 'Expected a file.' } })
  await expect(bridge.pathForFile({ path: '' })).rejects.toThrow('Expected a file.')
})

test('whatever a script sends, the answer is a reply', async () => {
  for (const name of [null, undefined, 7, {}, Object.create(null), Symbol('x'), ['system.info'], 'x'.repeat(1e6)]) {
    const reply = await bridge.call(name as never, {})
    expect(reply).toMatchObject({ ok: false, error: { code: 'E_UNKNOWN_REQUEST' } })
    expect(JSON.stringify(reply).length).toBeLessThan(400)
  }
  electron.ipcRenderer.invoke.mockRejectedValueOnce(new Error('An object could not be cloned.'))
  expect(await bridge.call('system.info', () => 1)).toMatchObject({ ok: false, error: { code: 'E_INPUT' } })
  electron.ipcRenderer.invoke.mockRejectedValueOnce(
    new Error("Error invoking remote method 'wb:call': Error: No handler registered for 'wb:call'"),
  )
  expect(await bridge.call('system.info', {})).toMatchObject({ ok: false, error: { code: 'E_CANCELLED' } })
})

test('a listener that fails keeps no other from hearing, and its failure is told', async () => {
  const failures: unknown[] = []
  const tell = (error: unknown): void => void failures.push(error)
  const own = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException').on('uncaughtException', tell)
  const heard: unknown[] = []
  const leave = [
    bridge.on('runs.changed', () => {
      throw new Error('of the page')
    }),
    bridge.on('runs.changed', (payload) => heard.push(payload)),
  ]
  electron.ipcRenderer.emit('wb:event', {}, 'runs.changed', { id: 'a' })
  await new Promise((resolve) => setImmediate(resolve))
  process.off('uncaughtException', tell)
  for (const listener of own) process.on('uncaughtException', listener)
  for (const stop of leave) stop()
  expect(heard).toEqual([{ id: 'a' }])
  expect(failures).toEqual([new Error('of the page')])
  expect(() => bridge.on('runs.changed', 'no function' as never)).toThrow(/Expected a listener/)
})
