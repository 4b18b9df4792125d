/** Keys whose own keys are data. */
export interface DataKeys {
  /** Names of layers, metrics, columns ...: only their values' shape counts. */
  readonly maps: ReadonlySet<string>
  /** Said by a schema of its own. */
  readonly elsewhere: ReadonlySet<string>
}

/** What a JSON value is made of, without its values, as TypeScript would write it. Keys are sorted; elements of a list are taken together:
 *  `key?` is missing in some. */
export function shapeOf(value: unknown, keys: DataKeys, name = ''): string {
  return shapeOfAll([value], keys, name)
}

/** The same of several values, key by key where all are objects. */
export function shapesByKey(values: readonly object[], keys: DataKeys): Record<string, string> {
  const names = [...new Set(values.flatMap((value) => Object.keys(value)))].sort()
  return Object.fromEntries(
    names.map((name) => {
      const having = values.filter((value) => name in value).map((value) => value[name as never])
      return [`${name}${having.length < values.length ? '?' : ''}`, shapeOfAll(having, keys, name)]
    }),
  )
}

function shapeOfAll(values: readonly unknown[], keys: DataKeys, name = ''): string {
  if (keys.elsewhere.has(name)) return 'elsewhere'
  const lists = values.filter((value) => Array.isArray(value))
  const objects = values.filter((value) => typeof value === 'object' && value !== null && !Array.isArray(value))
  const plain = values.filter((value) => typeof value !== 'object' || value === null)
  const shapes: string[] = plain.map((value) => (value === null ? 'null' : typeof value))
  if (lists.length > 0) shapes.push(`${shapeOfAll(lists.flat(), keys)}[]`)
  if (objects.length > 0 && keys.maps.has(name)) {
    shapes.push(
      `{ [name]: ${shapeOfAll(
        objects.flatMap((each) => Object.values(each as object)),
        keys,
      )} }`,
    )
  } else if (objects.length > 0) {
    const pairs = Object.entries(shapesByKey(objects as object[], keys))
    shapes.push(braces(pairs.map(([key, shape]) => `${key}: ${shape}`)))
  }
  return union(shapes)
}

/** The same of what a schema allows, given as JSON Schema: `key?` may be left out. */
export function shapeOfSchema(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum !== undefined) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return union(options.map(shapeOfSchema))
  if (schema.type === 'array') return schema.items === undefined ? tuple(schema) : `(${shapeOfSchema(schema.items)})[]`
  if (schema.type !== 'object') return union([schema.type ?? 'any'].flat())
  const { properties, required = [], additionalProperties: rest } = schema
  if (properties === undefined) return `{ [name]: ${typeof rest === 'object' ? shapeOfSchema(rest) : 'any'} }`
  const names = Object.keys(properties)
  return braces(names.map((key) => `${key}${required.includes(key) ? '' : '?'}: ${shapeOfSchema(properties[key]!)}`))
}

export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
}

function tuple({ prefixItems = [] }: JsonSchema): string {
  return `[${prefixItems.map(shapeOfSchema).join(', ')}]`
}

function braces(pairs: readonly string[]): string {
  return pairs.length === 0 ? '{}' : `{ ${[...pairs].sort().join('; ')} }`
}

function union(shapes: readonly string[]): string {
  const different = [...new Set(shapes)].sort()
  if (different.length === 0) return 'nothing'
  return different.length === 1 ? different[0]! : `(${different.join(' | ')})`
}
