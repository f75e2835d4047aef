import type { EvidenceAnchor } from '../../src/proof/evidence/evidence.ts'
import { code, html, said } from './dom.ts'
import { counted } from './figures.ts'
import type { Checked } from './messages.ts'
import { scrollable, section } from './section.ts'

const most = 20

/** Records on chains that the file names, for whoever wants to look them up. */
export function recordsView({ evidence }: Checked): HTMLElement | undefined {
  const anchors = evidence?.anchors ?? []
  if (anchors.length === 0) return undefined
  return section(
    { id: 'records', title: 'To look up on chains' },
    html(
      'p',
      {},
      `The file says that checkpoints of this log were written to a chain: ${counted(anchors.length, 'record')}. Nobody has looked. Any block explorer of the chain shows whether the transaction exists and when; "energyweb verify FILE --rpc URL" compares it member by member.`,
    ),
    scrollable(
      'Records on chains',
      html('table', {}, heading(), html('tbody', {}, ...anchors.slice(0, most).map(row))),
    ),
  )
}

function heading(): HTMLElement {
  const titles = ['Chain', 'Block', 'Transaction', 'Contract', 'Tree of']
  return html('thead', {}, html('tr', {}, ...titles.map(title => html('th', { scope: 'col' }, title))))
}

function row({ chainId, block, transaction, contract, size }: EvidenceAnchor): HTMLElement {
  return html(
    'tr',
    {},
    html('td', {}, said(chainId)),
    html('td', {}, said(block)),
    html('td', {}, code(transaction)),
    html('td', {}, code(contract)),
    html('td', {}, counted(size, 'entry', 'entries')),
  )
}
