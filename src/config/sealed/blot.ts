import { Redactor, redacted } from '../../logging/index.ts'

/**
 * A configuration with its secrets blotted out: what stands under `secrets`, and the same wherever else it stands.
 * @param secrets - what else is one
 */
export async function blotted(
  text: string,
  { json, secrets }: { readonly json: boolean; readonly secrets: Iterable<string> },
): Promise<string> {
  const redactor = new Redactor()
  for (const secret of secrets) redactor.add(secret)
  const { isMap, isScalar, parseDocument } = await import('yaml')
  const document = parseDocument(text, { schema: json ? 'json' : 'core' })
  const section = document.get('secrets')
  if (!isMap(section)) return redactor.text(text)
  // A secret of several lines looks another way in the text than in itself.
  for (const { key } of section.items) if (isScalar(key)) section.set(key, redacted)
  return redactor.text(
    json ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString({ lineWidth: 0 }),
  )
}
