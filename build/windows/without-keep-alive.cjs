// For the test machine alone: never part of Graft. Wine 8 refuses to connect a socket that was asked to keep alive, and npm asks each of its sockets.
const { Socket } = require('node:net')

Socket.prototype.setKeepAlive = function () {
  return this
}
