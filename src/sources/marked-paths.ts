/** A JSON Schema object as far as it is looked at here. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/**
 * Where the marked fields of options are, as paths of property names; alternatives are all looked into.
 * @param mark - `secret` or `personal`
 */
export function markedPaths(schema: JsonSchema, mark: 'secret' | 'personal'): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>()
  const walk = (node: unknown, path: readonly string[]): void => {
    if (!isSchema(node)) return
    if (node[mark] === true) {
      found.set(path.join('.'), path)
      return
    }
    if (isSchema(node.properties)) {
      for (const [name, property] of Object.entries(node.properties)) walk(property, [...path, name])
    }
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      const alternatives = node[keyword]
      if (Array.isArray(alternatives)) for (const alternative of alternatives) walk(alternative, path)
    }
  }
  walk(schema, [])
  return [...found.values()]
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
