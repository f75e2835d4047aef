import type { Document, Node } from 'yaml'
import { Redactor, redacted } from '../../logging/index.ts'

/**
 * A configuration with its secrets blotted out: what stands under `secrets`, with the comments there and after it, and the
 * same wherever else it stands.
 * @param secrets - what else is one
 */
export async function blotted(
  text: string,
  { json, secrets }: { readonly json: boolean; readonly secrets: Iterable<string> },
): Promise<string> {
  const redactor = new Redactor()
  for (const secret of secrets) redactor.add(secret)
  const yaml = await import('yaml')
  const document = yaml.parseDocument(text, { schema: json ? 'json' : 'core' })
  if (document.get('secrets') === undefined) return redactor.text(text)
  blotSection(document, yaml)
  return redactor.text(
    json ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString({ lineWidth: 0 }),
  )
}

/** A secret of several lines looks another way in the text than in itself, and one of yesterday may stand in a comment. */
function blotSection(document: Document, { isMap, isScalar, visit }: typeof import('yaml')): void {
  const section = document.get('secrets', true)
  const inside = new Set<Node>()
  visit(document, {
    Node: (_, node, path) => {
      if (node === section || path.some(one => one === section)) inside.add(node)
    },
  })
  visit(document, {
    Alias: (_, alias) => {
      const target = alias.resolve(document)
      return target !== undefined && inside.has(target) ? document.createNode(redacted) : undefined
    },
  })
  const names = isMap(section)
    ? section.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []))
    : []
  document.set('secrets', document.createNode(Object.fromEntries(names.map(name => [name, redacted]))))
  document.comment = null
}
