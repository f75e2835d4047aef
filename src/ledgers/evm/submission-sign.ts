import { faultPoint } from '../../core/fault-point.ts'
import type { NewSubmission, Submission, Variant } from '../../core/submission.ts'
import { suggestFees } from './fees.ts'
import { estimateGas, gasFor } from './gas.ts'
import type { RegistryCall } from './registry.ts'
import { type Line, type Sender, type Tracked, type Turn, trackedOf } from './sender.ts'
import { signTransaction, type TransactionInput } from './transaction.ts'

/**
 * Signs calls and persists each with its nonce in one transaction of the store, in order. A nonce is used only by what
 * is on disk: what fails to be kept is forgotten and was never sent.
 * @throws EnergywebError what the estimate, the signer or the store throws; what was kept before stays kept.
 */
export async function signNew(
  sender: Sender,
  turn: Turn,
  { line, calls }: { line: Line; calls: readonly RegistryCall[] },
): Promise<void> {
  const fees = suggestFees(await sender.network.feesAt(turn.head, turn), turn.head.baseFee ?? 0n)
  const kept: Promise<Submission>[] = []
  let next = sender.nextNonce
  const own = estimatesOf(sender, turn, calls)
  try {
    for (const [i, call] of calls.entries()) {
      faultPoint('ledgers/planned')
      const gas = await (own[i] ?? gasFor(sender, line, { call, turn }))
      if (i === 0) await sender.network.signing.next(calls.length)
      faultPoint('ledgers/before-sign')
      const { to, data, payment = 0n } = call
      const variant = await sign(sender, turn, { to, data, value: payment, gas, nonce: next, fees })
      // Not awaited one by one: the store keeps their order and lets many share one sync.
      const created = sender.store.create(newSubmission(sender, line, { call, gas }), variant)
      // `keep` reports it; until then the rejection must not count as unhandled.
      created.catch(() => undefined)
      kept.push(created)
      next += 1
      if (line.report.files !== undefined) {
        await created
        await sender.registry.keepFiles?.(line.report)
      }
    }
  } finally {
    await keep(sender, line, { kept, calls })
  }
}

/** Calls that are like no other are estimated all at once: they share requests. Each is awaited when it is signed. */
function estimatesOf(
  sender: Sender,
  turn: Turn,
  calls: readonly RegistryCall[],
): readonly (Promise<bigint> | undefined)[] {
  return calls.map(call => {
    if (call.shape !== undefined) return undefined
    const estimate = estimateGas(sender, call, turn)
    // One behind a call that can't be signed is never awaited.
    estimate.catch(() => undefined)
    return estimate
  })
}

async function keep(
  sender: Sender,
  line: Line,
  { kept, calls }: { kept: readonly Promise<Submission>[]; calls: readonly RegistryCall[] },
): Promise<void> {
  const results = await Promise.allSettled(kept)
  const now = sender.network.clock.monotonic()
  for (const [i, result] of results.entries()) {
    if (result.status === 'rejected') {
      // The disk is right, whatever memory says.
      sender.book = undefined
      throw result.reason
    }
    const item = trackedOf(result.value, now)
    if (item !== undefined) sender.book?.push(item)
    sender.nextNonce = (item?.nonce ?? sender.nextNonce) + 1
    line.value = calls[i]?.value ?? line.value
    line.trouble = undefined
    faultPoint('ledgers/signed')
  }
}

/** Gives a submission whose nonce was used up by something else a new one, with the same payload. */
export async function signAgain(sender: Sender, turn: Turn, item: Tracked): Promise<void> {
  const { to, data, line: name, reading } = item.submission
  const line = sender.lines.get(name)
  if (line === undefined) return
  const fees = suggestFees(await sender.network.feesAt(turn.head, turn), turn.head.baseFee ?? 0n)
  // What was planned by is no longer what is: this call is estimated for itself.
  const value = await paymentOf(sender, line, reading)
  const gas = await estimateGas(sender, { to, data, payment: value }, turn)
  faultPoint('ledgers/before-sign')
  const variant = await sign(sender, turn, { to, data, value, gas, nonce: sender.nextNonce, fees })
  await sender.store.renounce(item.submission.id, variant)
  faultPoint('ledgers/signed')
  sender.nextNonce += 1
  sender.book = sender.book?.filter(other => other !== item)
  sender.book?.push({
    ...item,
    state: 'signed',
    nonce: variant.nonce,
    gas,
    variants: [...item.variants, variant],
    receipt: undefined,
    cost: undefined,
    refused: undefined,
    passedAt: undefined,
    lost: undefined,
    offer: undefined,
    sentAt: Number.NEGATIVE_INFINITY,
    variantAt: sender.network.clock.monotonic(),
  })
}

/** Wei that go along with a kept call. */
export async function paymentOf(
  { registry }: Sender,
  { report }: Line,
  reading: number | undefined,
): Promise<bigint> {
  return (await registry.paymentOf?.(report, reading)) ?? 0n
}

function sign(
  sender: Sender,
  { signal }: Turn,
  call: Pick<TransactionInput, 'to' | 'data' | 'value' | 'gas' | 'nonce' | 'fees'>,
): Promise<Variant> {
  const { network, signer } = sender
  const input = { ...call, type: network.fees.type, chainId: network.chainId }
  return signTransaction(input, { signer, signal })
}

/** A call as the store keeps it. */
export function newSubmission(
  sender: Sender,
  line: Line,
  { call, gas }: { call: RegistryCall; gas: bigint },
): NewSubmission {
  const { first, last, reading, to, data, value } = call
  const { chainId } = sender.network
  return {
    line: line.report.name,
    first,
    last,
    reading,
    chainId,
    account: sender.account,
    to,
    data,
    gas,
    value,
  }
}
