/** Places (rows, 2) moved and scaled into the unit square, alike along both axes, in its middle; the square's y grows downwards or upwards
 *  as that of the places does. Where all are in one place: the middle. */
export function unitSquare(places: Float32Array): Float32Array {
  const [least, most] = [
    [Infinity, Infinity],
    [-Infinity, -Infinity],
  ]
  for (let at = 0; at < places.length; at++) {
    const axis = at % 2
    least[axis] = Math.min(least[axis]!, places[at]!)
    most[axis] = Math.max(most[axis]!, places[at]!)
  }
  const extent = Math.max(most[0]! - least[0]!, most[1]! - least[1]!)
  const middle = [(least[0]! + most[0]!) / 2, (least[1]! + most[1]!) / 2]
  return places.map((value, at) => (extent > 0 ? 0.5 + (value - middle[at % 2]!) / extent : 0.5))
}
