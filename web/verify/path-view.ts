import { code, html, linesOf, said } from './dom.ts'
import { drawChain } from './draw-chain.ts'
import { drawFields } from './draw-fields.ts'
import { drawInclusion } from './draw-inclusion.ts'
import { counted, grouped } from './figures.ts'
import { icon } from './icons.ts'
import type { ReadingPath } from './reading-path.ts'
import { scrollable, section } from './section.ts'

/** How one entry hangs on the log's signature, drawn from top to bottom. Every hash in it was worked out by this page. */
export function pathView(path: ReadingPath): HTMLElement {
  const part = section(
    { id: 'path', title: `The path of entry ${path.sequence}` },
    html(
      'p',
      { class: 'aside' },
      'From what the meter said down to the signature: change one letter at the top, and the hash at the bottom is another one. All hashes below were worked out by this page.',
    ),
    html(
      'ol',
      { class: 'path' },
      rawStage(path),
      documentStage(path),
      entryStage(path),
      chainStage(path),
      treeStage(path),
      signatureStage(path),
    ),
  )
  part.querySelector('h2')?.setAttribute('tabindex', '-1')
  return part
}

function stage(title: string, text: string, ...children: readonly (HTMLElement | undefined)[]): HTMLElement {
  return html('li', { class: 'stage' }, html('h3', {}, title), html('p', {}, text), ...children)
}

function hashLine(name: string, hash: string): HTMLElement {
  return html('p', { class: 'hash' }, html('span', {}, name), ' ', code(hash))
}

function rawStage({ raw }: ReadingPath): HTMLElement | undefined {
  if (raw === undefined) return undefined
  const { mediaType, length, text, isText, holds } = raw
  const form = isText ? '' : ' It is no text, and shown in hexadecimal.'
  return stage(
    'The meter’s answer',
    holds
      ? `${counted(length, 'byte')} that the gateway got. The document below holds their hash.${form}`
      : `${counted(length, 'byte')} that are not those whose hash the document holds.${form}`,
    html('p', { class: 'aside' }, said(mediaType)),
    html('pre', { class: 'entry' }, ...linesOf(text)),
  )
}

function documentStage(path: ReadingPath): HTMLElement {
  const { commitment, content, fields, hidden } = path
  const hash = 'fields' in commitment ? commitment.fields : commitment.hash
  const line = hashLine('The document’s hash', hash)
  if (content === 'sealed') {
    return stage(
      'The document',
      'Nothing of it is shown: it was erased, or is kept back. Only its hash is here.',
      line,
    )
  }
  if (content === 'shown') {
    return stage(
      'The document',
      `Some of its fields are shown; ${counted(hidden, 'hash', 'hashes')} stand${hidden === 1 ? 's' : ''} for the others, so that the hash of all can still be worked out.`,
      fieldsTable(path),
      line,
    )
  }
  if ('hash' in commitment) {
    return stage(
      'The document',
      'All of its fields, hashed in one go with a secret salt.',
      fieldsTable(path),
      line,
    )
  }
  const tree = scrollable('Tree of the fields', html('div', {}, drawFields(fields)))
  return stage(
    'The document',
    'Each field is hashed with a salt of its own, then two and two together, until one hash stands for all. So one field can be shown without the others.',
    tree,
    line,
  )
}

function fieldsTable({ fields }: ReadingPath): HTMLElement {
  const row = ({ name, value }: ReadingPath['fields'][number]) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, name),
      html(
        'td',
        {},
        value === undefined
          ? html('i', {}, 'not shown')
          : value === null
            ? html('i', {}, 'none')
            : said(value),
      ),
    )
  return scrollable(
    'Fields of the document',
    html('table', { class: 'document' }, html('tbody', {}, ...fields.map(row))),
  )
}

function entryStage({ entry, leaf, kind }: ReadingPath): HTMLElement {
  return stage(
    'The entry in the log',
    `The envelope of this ${kind}: its place in the asset’s stream, the hash of the entry before it, and the hash of its document. These bytes are hashed.`,
    html('pre', { class: 'entry' }, said(entry, 2_000)),
    hashLine('The entry’s hash', leaf),
  )
}

function chainStage({ chain }: ReadingPath): HTMLElement {
  const after = chain.length - 1
  return stage(
    'The entries after it',
    after === 0
      ? 'It is the last one of its chain in this file.'
      : `Each of the ${counted(after, 'entry', 'entries')} after it holds the hash of the one before. So the last one vouches for all.`,
    scrollable('Chain of entries', html('div', {}, drawChain(chain))),
  )
}

function treeStage({ inclusion, chain }: ReadingPath): HTMLElement {
  const { index, size, steps } = inclusion
  const last = chain.at(-1)
  return stage(
    'The tree of the whole log',
    `Entry ${last?.sequence ?? ''} of the asset is number ${grouped(String(index))} in the log, counted from 0; the log has ${counted(size, 'entry', 'entries')}. With ${counted(steps.length, 'hash', 'hashes')} from the file, its own leads to one hash of the whole log.`,
    scrollable('Path through the tree', html('div', {}, drawInclusion({ leaf: last?.leaf ?? '', steps }))),
    hashLine('Comes to', inclusion.root),
  )
}

function signatureStage({ inclusion, origin }: ReadingPath): HTMLElement {
  const { holds, signedRoot, size } = inclusion
  const part = stage(
    'The signed checkpoint',
    holds
      ? 'The checkpoint holds the same hash. Whether a key that you trust has signed it, the step “The log has signed” tells.'
      : 'The checkpoint holds another hash: this entry is not in the log that was signed.',
    html(
      'p',
      { class: 'hash' },
      html('span', {}, 'Log'),
      ' ',
      said(origin),
      `, ${counted(size, 'entry', 'entries')}`,
    ),
    hashLine('Signed', signedRoot),
  )
  part.classList.add(holds ? 'stage-holds' : 'stage-false')
  part.prepend(icon(holds ? 'good' : 'bad'))
  return part
}
