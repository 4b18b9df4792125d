import { beforeEach, expect, test, vi } from 'vitest'
import { keepDrawn } from '../../src-main/hosts/electron/recovery.ts'
import { BrowserWindowDouble } from './electron-double.ts'
import { keptLog, theDouble } from './support.ts'

vi.mock('electron', async () => (await import('./electron-double.ts')).createElectron())

const electron = await theDouble()
const settled = () => new Promise((resolve) => setTimeout(resolve, 10))

function watched() {
  const window = new BrowserWindowDouble({ webPreferences: {} })
  const log = keptLog()
  keepDrawn(window as never, log)
  const die = async (reason = 'crashed', exitCode = 139): Promise<void> => {
    window.webContents.emit('render-process-gone', {}, { reason, exitCode })
    await settled()
  }
  return { window, contents: window.webContents, log, die }
}

beforeEach(() => {
  electron.app.quit.mockClear()
  electron.dialog.showMessageBox.mockReset().mockResolvedValue({ response: 1 })
})

test('a page that crashed is drawn again and logged; one that ended is not', async () => {
  const { window, contents, log, die } = watched()
  await die('clean-exit', 0)
  expect(contents.reload).not.toHaveBeenCalled()
  await die()
  expect(contents.reload).toHaveBeenCalledOnce()
  expect(log.lines).toContain('The process of the page is gone. {"reason":"crashed","exitCode":139}')
  window.destroy()
  await die('killed')
  expect(contents.reload).toHaveBeenCalledOnce()
})

test('a page that dies again and again is not drawn without asking', async () => {
  const { contents, die } = watched()
  for (let i = 0; i < 3; i++) await die()
  expect(contents.reload).toHaveBeenCalledTimes(3)
  electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 0 })
  await die('oom', 9)
  const options = electron.dialog.showMessageBox.mock.lastCall?.at(-1)
  expect(options).toMatchObject({
    detail: expect.stringContaining('4 times within a minute (oom, exit code 9)'),
    buttons: ['Try again', 'Quit'],
  })
  // Asked to, it begins anew.
  expect(contents.reload).toHaveBeenCalledTimes(4)
  await die()
  expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce()
  for (let i = 0; i < 3; i++) await die()
  expect(electron.app.quit).toHaveBeenCalledOnce()
})

test('one that dies now and then is always drawn again', async () => {
  const { contents, die } = watched()
  const start = Date.now()
  const now = vi.spyOn(Date, 'now')
  for (let i = 0; i < 10; i++) {
    now.mockReturnValue(start + i * 30_000)
    await die()
  }
  now.mockRestore()
  expect(contents.reload).toHaveBeenCalledTimes(10)
  expect(electron.dialog.showMessageBox).not.toHaveBeenCalled()
})

test('a page that does not load is told of', async () => {
  const { window, contents, log } = watched()
  contents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'wb://app/index.html', true)
  contents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'wb://app/frame', false)
  expect(log.lines).toEqual([])
  contents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'wb://app/index.html', true)
  await settled()
  expect(window.show).toHaveBeenCalledOnce()
  expect(electron.dialog.showMessageBox.mock.lastCall?.at(-1)).toMatchObject({
    detail: expect.stringContaining('ERR_FILE_NOT_FOUND (-6)'),
  })
  expect(electron.app.quit).toHaveBeenCalledOnce()
})

test('a page that hangs is drawn anew when the user says so', async () => {
  const { contents } = watched()
  contents.emit('unresponsive')
  await settled()
  expect(contents.forcefullyCrashRenderer).not.toHaveBeenCalled()
  electron.dialog.showMessageBox.mockResolvedValueOnce({ response: 0 })
  contents.emit('unresponsive')
  await settled()
  expect(contents.forcefullyCrashRenderer).toHaveBeenCalledOnce()
})

test('a page that answers again takes the question back', async () => {
  const { contents } = watched()
  electron.dialog.showMessageBox.mockImplementationOnce((options) => {
    const { signal } = options as { signal: AbortSignal }
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ response: 0 })))
  })
  contents.emit('unresponsive')
  contents.emit('unresponsive')
  await settled()
  expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce()
  contents.emit('responsive')
  await settled()
  expect(contents.forcefullyCrashRenderer).not.toHaveBeenCalled()
})
