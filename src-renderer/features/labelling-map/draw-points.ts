import {
  type BufferInfo,
  createBufferInfoFromArrays,
  createProgramInfo,
  drawBufferInfo,
  setAttribInfoBufferFromArray,
  setBuffersAndAttributes,
  setUniforms,
} from 'twgl.js'
import type { MapSize, MapViewport } from './map-viewport.ts'
import { FRAGMENT, MOST_GROUPS, VERTEX } from './point-shaders.ts'

/** Red, green, blue and opacity, 0..1. */
export type Rgba = readonly [number, number, number, number]

export interface MapScene {
  readonly view: MapViewport
  readonly size: MapSize
  /** Device pixels per CSS pixel. */
  readonly ratio: number
  /** Of a point, in CSS pixels. */
  readonly radius: number
  /** 0: where the points were, 1: where they are. */
  readonly progress: number
  readonly colours: readonly Rgba[]
  readonly shapes: readonly number[]
  readonly ring: Rgba
  readonly ground: Rgba
}

export interface PointDrawing {
  /** Where the points were and where they are (x and y each). Their number is that of the look that follows. */
  setPlaces(origins: Float32Array, places: Float32Array): void
  /** Group of each point, and how it is drawn. */
  setLook(codes: Uint8Array, states: Uint8Array): void
  setMarked(points: readonly number[]): void
  draw(scene: MapScene): void
  dispose(): void
}

const HALO_PIXELS = 4

/** Points on a canvas, drawn by the graphics card with one call, and one more for what is marked; null: there is no WebGL 2 here. */
export function drawPoints(canvas: HTMLCanvasElement): PointDrawing | null {
  const gl = canvas.getContext('webgl2', { antialias: false, alpha: true, premultipliedAlpha: true })
  if (gl === null) return null
  const program = createProgramInfo(gl, [VERTEX, FRAGMENT])
  const column = (data: Float32Array | Uint8Array, numComponents: number) => ({ numComponents, data, normalize: false })
  const points: BufferInfo = createBufferInfoFromArrays(gl, {
    origin: column(new Float32Array(2), 2),
    place: column(new Float32Array(2), 2),
    code: column(new Uint8Array(1), 1),
    state: column(new Uint8Array(1), 1),
  })
  const indices = gl.createBuffer()
  let count = 0
  let marked = 0
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)

  function set(name: string, data: Float32Array | Uint8Array): void {
    setAttribInfoBufferFromArray(gl!, points.attribs![name]!, data)
  }

  function pass(info: BufferInfo, number: number, scene: MapScene, halo: number): void {
    const diameter = 2 * (scene.radius + halo) * scene.ratio
    setBuffersAndAttributes(gl!, program, info)
    setUniforms(program, uniformsOf(scene, diameter, halo / (scene.radius + halo)))
    drawBufferInfo(gl!, info, gl!.POINTS, number)
  }

  return {
    setPlaces(origins, places) {
      set('origin', origins)
      set('place', places)
      count = places.length / 2
      marked = 0
    },
    setLook(codes, states) {
      set('code', codes)
      set('state', states)
    },
    setMarked(list) {
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, indices)
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, Uint32Array.from(list), gl.DYNAMIC_DRAW)
      marked = list.length
    },
    draw(scene) {
      fitCanvas(canvas, scene)
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.clearColor(0, 0, 0, 0)
      gl.clear(gl.COLOR_BUFFER_BIT)
      if (count === 0) return
      gl.useProgram(program.program)
      pass({ attribs: points.attribs!, numElements: count }, count, scene, 0)
      const ofMarked = { attribs: points.attribs!, numElements: marked, indices, elementType: gl.UNSIGNED_INT }
      if (marked > 0) pass(ofMarked, marked, scene, HALO_PIXELS)
    },
    dispose: () => gl.getExtension('WEBGL_lose_context')?.loseContext(),
  }
}

function uniformsOf(scene: MapScene, diameter: number, halo: number): Record<string, unknown> {
  const { view, size, progress, colours, shapes, ring, ground } = scene
  const fill = <T>(values: readonly T[], rest: T): T[] =>
    Array.from({ length: MOST_GROUPS }, (_, at) => values[at] ?? rest)
  return {
    progress,
    diameter,
    halo,
    // The square's place in the canvas, which reaches from -1 to 1.
    zoom: [(2 * view.scale) / size.width, (2 * view.scale) / size.height],
    shift: [(2 * view.x) / size.width - 1, 1 - (2 * view.y) / size.height],
    colours: fill(colours, ring).flat(),
    shapes: fill(shapes, 0),
    ring: [...ring],
    ground: [...ground],
  }
}

function fitCanvas(canvas: HTMLCanvasElement, { size, ratio }: MapScene): void {
  const [width, height] = [Math.max(1, Math.round(size.width * ratio)), Math.max(1, Math.round(size.height * ratio))]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
}
