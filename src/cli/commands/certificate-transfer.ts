import { parseAddress } from '../address-argument.ts'
import { defineCommand, parsed, requiredText, word } from '../command.ts'
import { parseId } from '../id-list.ts'
import { deskOptions, openDesk, send } from '../issuer-desk.ts'
import { wattHours } from '../issuer-view.ts'
import { parseWattHours } from '../whole-watt-hours.ts'

/** `energyweb certificate transfer` */
export const certificateTransferCommand = defineCommand({
  name: 'certificate transfer',
  summary: 'Hand a certificate, or a part of it, to another account',
  description:
    'Sends so much of a certificate to another account, or to a contract that takes certificates, like a registry or an exchange. The account of --key must have it. Repeated, it sends again.',
  arguments: { certificate: word('the id of the certificate') },
  options: {
    ...deskOptions,
    to: requiredText('address', 'who gets it'),
    energy: parsed(
      'energy',
      "how much of it, like '12 kWh'; default all that the account has",
      parseWattHours,
    ),
  },
  examples: [
    {
      command:
        "certificate transfer 7 --to 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --energy '12 kWh' --key roof",
      description: 'sends 12 kWh of certificate 7',
    },
  ],
  async run({ certificate, to: given, energy, key, ...input }, context) {
    const id = parseId(certificate)
    const to = parseAddress(given)
    const { account, desk } = await openDesk({ ...input, key }, context)
    const { transferOf } = await import('../../ledgers/issuer/desk.ts')
    const { balancesOf } = await import('../../ledgers/issuer/certificates.ts')
    const { owned } = await balancesOf(desk.chain, desk.place, { account: account.address, id })
    const sent = energy ?? owned
    const transaction = await transferOf(desk, { id, to, energy: sent })
    const { transaction: hash } = await send(account, transaction)
    await context.printer.data(
      { certificate: String(id), to, energy: String(sent), transaction: hash },
      `${to} has ${wattHours(sent)} more of certificate ${id}`,
    )
  },
})
