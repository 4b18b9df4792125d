import { expect, test, vi } from 'vitest'
import { refuseTrainerNatives } from '../../src-main/hosts/electron/refuse-natives.ts'

test('native code of the trainer is refused, other native code is loaded as it was asked for', () => {
  const dlopen = vi.fn()
  const target = { dlopen }
  refuseTrainerNatives(target)
  const folder = '/app/node_modules'
  for (const name of [
    '@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node',
    '@tensorflow/tfjs-node/lib/napi-v8/graft_frozen.node',
    '@img/sharp-linux-x64/lib/sharp-linux-x64-0.35.5.node',
  ]) {
    expect(() => target.dlopen({}, `${folder}/${name}`)).toThrow('trainer process only')
  }
  expect(dlopen).not.toHaveBeenCalled()
  target.dlopen({}, `${folder}/better-sqlite3/prebuilds/linux-x64.node`)
  target.dlopen({}, `${folder}/other.node`, 2)
  expect(dlopen.mock.calls.map((call) => call.length)).toEqual([2, 3])
})
