import { exactEnergy } from '../../src/core/exact-energy.ts'
import type { CertificateRecord } from '../../src/proof/evidence/certificate-records.ts'
import { code, html, said } from './dom.ts'
import { counted } from './figures.ts'
import type { Checked } from './messages.ts'
import { scrollable, section } from './section.ts'

const most = 50

/** Certificates that stand for energy of the period, as the log knew them. */
export function certificatesView({ certificates }: Checked): HTMLElement | undefined {
  if (certificates.length === 0) return undefined
  const more = certificates.length - most
  return section(
    { id: 'certificates', title: 'Certificates' },
    html(
      'p',
      {},
      `The log says that ledgers made certificates of energy of this period, or of some of it: ${counted(certificates.length, 'certificate')}, each as it last knew it. Since then it may have been sold, claimed or revoked. Nobody has looked; "energyweb verify FILE --rpc URL" compares each with its chain.`,
    ),
    scrollable(
      'Certificates',
      html('table', {}, heading(), html('tbody', {}, ...certificates.slice(0, most).map(row))),
    ),
    ...(more > 0 ? [html('p', { class: 'aside' }, `and ${counted(more, 'more certificate')}`)] : []),
  )
}

function heading(): HTMLElement {
  const titles = ['Certificate', 'Energy', 'State', 'Owner', 'For entries', 'Contract', 'Chain']
  return html('thead', {}, html('tr', {}, ...titles.map(title => html('th', { scope: 'col' }, title))))
}

function row({ certificate, energy, state, owner, first, last, contract, chainId }: CertificateRecord) {
  const shown = (value: bigint | string | undefined) => said(String(value ?? 'not shown'))
  return html(
    'tr',
    {},
    html('td', {}, shown(certificate)),
    html('td', {}, energy === undefined ? 'not shown' : exactEnergy(energy * 3_600_000n)),
    html('td', {}, shown(state)),
    html('td', {}, code(owner ?? 'not shown')),
    html('td', {}, `${first ?? '?'} to ${last ?? '?'}`),
    html('td', {}, code(contract ?? 'not shown')),
    html('td', {}, shown(chainId)),
  )
}
