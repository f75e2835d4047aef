import { EnergywebError } from '../../core/errors.ts'
import { faultPoint } from '../../core/fault-point.ts'
import { classifyRefusal } from './errors.ts'
import type { RpcAnswer } from './rpc-calls.ts'
import { neverSent, type Sender, type Tracked, type Turn } from './sender.ts'
import { isPassedOver } from './submission-passed-over.ts'
import { shrinkRoom } from './submission-room.ts'

/**
 * Sends what is signed, in the order of nonces, and sends again what the chain has not shown for a while: accepted, then
 * gone is normal. Says whether something reached a node for the first time.
 * @param from - nonces below it are left to others
 */
export async function broadcast(sender: Sender, turn: Turn, from = 0): Promise<boolean> {
  const now = sender.network.clock.monotonic()
  const again = await isPassedOver(sender, turn)
  // While the first ones are mined those behind wait their turn; none of them can be lost and mined over.
  const progress = sender.front?.at ?? now
  const isDue = ({ state, sentAt }: Tracked) =>
    again ||
    state === 'signed' ||
    sentAt === neverSent ||
    now - Math.max(sentAt, progress) >= sender.settings.rebroadcastAfter
  const due = (sender.book ?? []).filter(
    item => item.state !== 'mined' && !item.lost && item.nonce >= Math.max(from, turn.count) && isDue(item),
  )
  // The first one shows whether the account can pay again.
  const items = sender.short ? due.slice(0, 1) : due
  if (items.length === 0) return false
  faultPoint('ledgers/before-broadcast')
  const calls = items.map(item => ({
    method: 'eth_sendRawTransaction',
    params: [item.variants.at(-1)?.raw],
  }))
  const answers = await sender.network.batch(calls, { signal: turn.signal })
  faultPoint('ledgers/after-broadcast')
  const sent: Tracked[] = []
  sender.short = false
  for (const [i, item] of items.entries()) {
    if (!accepted(sender, item, answers[i])) continue
    item.sentAt = now
    if (item.state === 'signed') sent.push(item)
  }
  if (sent.length === 0) return false
  await sender.store.markSent(sent.map(item => item.submission.id))
  for (const item of sent) item.state = 'sent'
  return true
}

/**
 * What a node's answer means for the submission; true when it need not be sent again soon. A refusal is never taken as
 * proof that nothing was mined: receipts decide.
 */
function accepted(sender: Sender, item: Tracked, answer: RpcAnswer | undefined): boolean {
  if (answer === undefined) return false
  if (answer.error === undefined) return true
  const { message } = answer.error
  const trouble = (text: string) => {
    sender.trouble = `${text}: ${message.slice(0, 200)}`
    return false
  }
  switch (classifyRefusal(answer.error)) {
    case 'known':
    case 'nonce-used':
    case 'reverted':
      return true
    case 'nonce-gap':
      return false
    case 'replacement-underpriced':
      item.offer = 'replacement'
      return false
    case 'underpriced':
      item.offer = 'price'
      return false
    case 'gas-too-low':
    case 'gas-over-block':
      item.offer = 'gas'
      return trouble('the node refuses the gas limit')
    case 'funds':
      sender.short = true
      return trouble(`funds-insufficient: account ${sender.account} can't pay; what waits is kept`)
    case 'pool-full':
      shrinkRoom(sender)
      return trouble("the node's pool is full, waiting")
    case 'wrong-chain':
      throw new EnergywebError('network-wrong-chain', `network ${sender.network.name}: ${message}`)
    case 'unknown':
      return trouble('the node refuses a transaction, it is tried again')
  }
}
