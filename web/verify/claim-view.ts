import type { EvidenceClaim } from '../../src/proof/evidence/evidence.ts'
import { type Child, code, html, said } from './dom.ts'
import { counted, grouped, kilowattHours } from './figures.ts'
import type { Checked } from './messages.ts'
import { section } from './section.ts'
import { timeView } from './time-view.ts'

/** What the file claims, and whether it was found to be so. */
export function claimView(checked: Checked): HTMLElement | undefined {
  const claim = checked.evidence?.claim
  if (claim === undefined) return undefined
  return section(
    { id: 'claim', title: 'The claim' },
    html('p', { class: 'aside' }, standing(checked)),
    html('dl', { class: 'facts' }, ...rows(claim, checked).flatMap(fact)),
  )
}

function fact([name, value]: readonly [string, Child]): HTMLElement[] {
  return [html('dt', {}, name), html('dd', {}, value)]
}

function standing({ verdict }: Checked): string {
  if (verdict === 'proven') return 'What the file claims, and its entries show.'
  if (verdict === 'refuted')
    return 'What the file claims. The check refutes the file: these figures stand for nothing.'
  return 'What the file claims. The check left something open: these figures are not proven.'
}

function rows(claim: EvidenceClaim, checked: Checked): readonly (readonly [string, Child])[] {
  const single = claim.from === claim.to
  return [
    ['Energy', energyOf(claim)],
    ['Direction', directions[claim.channel]],
    ['Asset', said(claim.asset)],
    [claim.devices.length > 1 ? 'Devices' : 'Device', devicesOf(claim)],
    single
      ? ['Instant', timeView(claim.from)]
      : ['Period', [timeView(claim.from), ' to ', timeView(claim.to)]],
    [
      'Readings',
      `${counted(claim.readings, 'reading')} that ${claim.readings === 1 ? 'counts' : 'count'}, ${silences(checked)}`,
    ],
  ]
}

const directions = {
  export: 'export: energy that was delivered or produced',
  import: 'import: energy that was taken from the grid or consumed',
} as const

function energyOf({ energy }: EvidenceClaim): Child {
  if (energy === null) return 'not claimed: the fields that tell it are not shown'
  return [
    html('strong', { class: 'energy' }, kilowattHours(BigInt(energy))),
    html('small', {}, ` exactly ${grouped(energy)}\u00a0mJ; 1\u00a0kWh is ${grouped('3600000000')}\u00a0mJ`),
  ]
}

function silences({ gaps }: Checked): string {
  return gaps.length === 0 ? 'no gap' : counted(gaps.length, 'gap')
}

function devicesOf({ devices }: EvidenceClaim): Child {
  if (devices.length === 0) return 'none named or shown'
  return devices.slice(0, 20).map(({ manufacturer, model, serial }, i) => {
    const names = [manufacturer, model].filter(text => text !== null)
    const parts: Child[] = names.map((text, at) => [at > 0 ? ' ' : '', said(text)])
    if (serial !== null) parts.push(names.length > 0 ? ', serial number ' : 'serial number ', code(serial))
    return html(
      'span',
      { class: 'device' },
      i > 0 ? 'then ' : '',
      parts.length === 0 ? 'without a name' : parts,
    )
  })
}
