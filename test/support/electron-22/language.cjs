// What V8 10.8 lacks of the language. Runs in the main process and, as a script before the bundle, in the page.
;(function () {
  const define = (target, name, value) => {
    if (target[name] === undefined) Object.defineProperty(target, name, { value, configurable: true, writable: true })
  }
  const list = Array.prototype
  define(list, 'toSorted', function (compare) {
    return [...this].sort(compare)
  })
  define(list, 'toReversed', function () {
    return [...this].reverse()
  })
  define(list, 'toSpliced', function (...args) {
    const copy = [...this]
    copy.splice(...args)
    return copy
  })
  define(list, 'with', function (index, value) {
    const copy = [...this]
    copy[index < 0 ? copy.length + index : index] = value
    return copy
  })
  const group = (items, keyOf, add) => {
    let index = 0
    for (const item of items) add(keyOf(item, index++), item)
  }
  const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/
  define(String.prototype, 'isWellFormed', function () {
    return !HALF.test(this)
  })
  define(String.prototype, 'toWellFormed', function () {
    return this.replace(new RegExp(HALF, 'g'), '\uFFFD')
  })
  define(Object, 'groupBy', (items, keyOf) => {
    const groups = Object.create(null)
    group(items, keyOf, (key, item) => (groups[key] ??= []).push(item))
    return groups
  })
  define(Map, 'groupBy', (items, keyOf) => {
    const groups = new Map()
    group(items, keyOf, (key, item) => (groups.has(key) ? groups.get(key).push(item) : groups.set(key, [item])))
    return groups
  })
  define(Promise, 'withResolvers', function () {
    let resolve, reject
    const promise = new Promise((yes, no) => ([resolve, reject] = [yes, no]))
    return { promise, resolve, reject }
  })
  const set = Set.prototype
  define(set, 'union', function (other) {
    return new Set([...this, ...other.keys()])
  })
  define(set, 'difference', function (other) {
    return new Set([...this].filter((value) => !other.has(value)))
  })
  define(set, 'symmetricDifference', function (other) {
    return new Set([
      ...[...this].filter((value) => !other.has(value)),
      ...[...other.keys()].filter((value) => !this.has(value)),
    ])
  })
  define(set, 'intersection', function (other) {
    return new Set([...this].filter((value) => other.has(value)))
  })
  define(set, 'isSubsetOf', function (other) {
    return [...this].every((value) => other.has(value))
  })
  define(set, 'isSupersetOf', function (other) {
    return [...other.keys()].every((value) => this.has(value))
  })
  define(set, 'isDisjointFrom', function (other) {
    return [...this].every((value) => !other.has(value))
  })
  if (typeof Iterator === 'undefined') {
    const iterator = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()))
    define(iterator, 'toArray', function () {
      return [...this]
    })
    define(iterator, 'map', function* (change) {
      for (const value of this) yield change(value)
    })
    define(iterator, 'filter', function* (keep) {
      for (const value of this) if (keep(value)) yield value
    })
    define(iterator, 'some', function (test) {
      for (const value of this) if (test(value)) return true
      return false
    })
    define(iterator, 'every', function (test) {
      for (const value of this) if (!test(value)) return false
      return true
    })
    define(iterator, 'find', function (test) {
      for (const value of this) if (test(value)) return value
      return undefined
    })
    define(iterator, 'reduce', function (join, ...start) {
      return [...this].reduce(join, ...start)
    })
    define(iterator, 'forEach', function (visit) {
      for (const value of this) visit(value)
    })
  }
})()
