import type { YAMLError } from 'yaml'

/** Messages of these quote the text, which may be a secret: they are said in words of ours. */
const quoting: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'an alias that is not understood: text that begins with * or & stands in quotes',
  BAD_COLLECTION_TYPE: 'a tag that does not fit what it stands before',
  BAD_DIRECTIVE: 'a directive that is not understood: text that begins with % stands in quotes',
  BAD_DQ_ESCAPE: 'what comes after \\ is not understood: in single quotes it stands for itself',
  IMPOSSIBLE: 'not understood',
  TAG_RESOLVE_FAILED: 'a tag that is not understood: text that begins with ! stands in quotes',
  UNEXPECTED_TOKEN: 'not expected here: text with signs that mean something in YAML stands in quotes',
}

/** What is wrong with YAML, without a word of its text. */
export function yamlWords({ code, message }: Pick<YAMLError, 'code' | 'message'>): string {
  if (code === 'RESOURCE_EXHAUSTION') return 'nested too deep'
  return quoting[code] ?? message.replace(/^./, first => first.toLowerCase())
}
