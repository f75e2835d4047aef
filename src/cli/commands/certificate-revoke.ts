import { defineCommand, flag, word } from '../command.ts'
import { parseId } from '../id-list.ts'
import { deskOptions, openDesk, send } from '../issuer-desk.ts'

/** `energyweb certificate revoke` */
export const certificateRevokeCommand = defineCommand({
  name: 'certificate revoke',
  summary: 'Revoke a certificate, or a request for one',
  description:
    "A revoked certificate can't be claimed any more; it can still change hands. Only the Issuer's owner may revoke one. A request may be revoked by whoever it is for, and by the Issuer's owner, as long as it is not approved. Neither is taken back. What is revoked already is told and left alone.",
  arguments: { id: word('the id of the certificate; with --request that of a request') },
  options: { ...deskOptions, request: flag('the id is that of a request') },
  examples: [
    { command: 'certificate revoke 7 --key desk', description: 'revokes certificate 7' },
    { command: 'certificate revoke 4 --request --key roof', description: 'takes request 4 back' },
  ],
  async run({ id: given, request: isRequest, key, ...input }, context) {
    const id = parseId(given)
    const { account, desk } = await openDesk({ ...input, key }, context)
    const { requestRevocationOf, revocationOf } = await import('../../ledgers/issuer/desk.ts')
    const transaction = await (isRequest ? requestRevocationOf(desk, id) : revocationOf(desk, id))
    const what = `${isRequest ? 'request' : 'certificate'} ${id}`
    const hash = transaction === undefined ? null : (await send(account, transaction)).transaction
    await context.printer.data(
      { [isRequest ? 'request' : 'certificate']: String(id), revoked: true, transaction: hash },
      hash === null ? `${what} was revoked already` : `${what} is revoked`,
    )
  },
})
