// Put before the built preload script.
const electron22 = require('electron')
if (electron22.webUtils === undefined) {
  // As strict as the real one: the path of a real File, read by Electron's own getter, whatever properties the page gave it. An object
  // that only looks like a File is refused.
  const path = Object.getOwnPropertyDescriptor(File.prototype, 'path').get
  Object.defineProperty(electron22, 'webUtils', {
    value: { getPathForFile: (file) => path.call(file) },
    configurable: true,
  })
}
