/** Numbers as the contract packs them: base64 of little-endian bytes. */
export const unpackFloats = (text: string): Float32Array => new Float32Array(bytesOf(text))
export const unpackShorts = (text: string): Int16Array => new Int16Array(bytesOf(text))

function bytesOf(text: string): ArrayBuffer {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes.buffer
}
