import { EnergywebError } from '../../core/errors.ts'
import { formatInstant } from '../../core/time.ts'
import { parseAddress } from '../address-argument.ts'
import { defineCommand, parsed, requiredText, text, word } from '../command.ts'
import { parseDate } from '../date-argument.ts'
import { parseId } from '../id-list.ts'
import { deskOptions, openDesk, send } from '../issuer-desk.ts'
import { wattHours } from '../issuer-view.ts'
import { parseWattHours } from '../whole-watt-hours.ts'

/** `energyweb certificate claim` */
export const certificateClaimCommand = defineCommand({
  name: 'certificate claim',
  summary: 'Use a certificate up: nobody can claim that energy again',
  description:
    'Claims so much of a certificate for a beneficiary: it leaves the account for good, and the chain tells for ever for whom, where and what for. The account of --key must have it. It is never taken back, and repeated it claims again: give --energy.',
  arguments: { certificate: word('the id of the certificate') },
  options: {
    ...deskOptions,
    energy: parsed(
      'energy',
      "how much of it, like '12 kWh'; default all that the account has",
      parseWattHours,
    ),
    for: parsed('address', 'the account that claims; default that of --key', parseAddress),
    beneficiary: requiredText('name', 'who says that it used this energy; public for ever'),
    location: text('place', 'where; public for ever'),
    country: parsed('code', 'two letters of ISO 3166-1, like DE', parseCountry),
    from: parsed('date', 'start of the time for which it is claimed', parseDate),
    to: parsed('date', 'its end', parseDate),
    purpose: text('text', 'what for; public for ever'),
  },
  examples: [
    {
      command:
        "certificate claim 7 --energy '12 kWh' --key roof --beneficiary 'Example Ltd' --country DE --from 2024-05-01 --to 2024-06-01",
      description: 'claims 12 kWh for May',
    },
  ],
  async run(given, context) {
    const { certificate, energy, for: subject, from, to, key } = given
    const id = parseId(certificate)
    const { account, desk } = await openDesk(given, context)
    const { claimOf } = await import('../../ledgers/issuer/desk.ts')
    const { balancesOf } = await import('../../ledgers/issuer/certificates.ts')
    const { owned } = await balancesOf(desk.chain, desk.place, { account: account.address, id })
    const claimed = energy ?? owned
    const claim = {
      beneficiary: given.beneficiary,
      location: given.location ?? '',
      countryCode: given.country ?? '',
      periodStartDate: from === undefined ? '' : formatInstant(from),
      periodEndDate: to === undefined ? '' : formatInstant(to),
      purpose: given.purpose ?? '',
    }
    const handing = { id, energy: claimed, ...(subject !== undefined && { to: subject }) }
    const { transaction: hash } = await send(account, await claimOf(desk, handing, claim))
    await context.printer.data(
      { certificate: String(id), energy: String(claimed), claim, key, transaction: hash },
      `${wattHours(claimed)} of certificate ${id} are claimed for ${given.beneficiary}`,
    )
  },
})

function parseCountry(given: string): string {
  if (/^[A-Z]{2}$/.test(given)) return given
  throw new EnergywebError(
    'argument-invalid',
    `"${given.slice(0, 64)}" is no country: two capital letters, like DE`,
  )
}
