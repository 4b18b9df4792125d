// Put before the built preload script.
const electron22 = require('electron')
if (electron22.webUtils === undefined) {
  Object.defineProperty(electron22, 'webUtils', { value: { getPathForFile: (file) => file.path }, configurable: true })
}
