import { expect, test } from 'vitest'
import type { ChainView, ContractEvent } from '../defined/define-ledger.ts'
import { CertificateWatch } from './certificate-watch.ts'

const [issuer, registry, owner] = ['1', '2', '3'].map(digit => `0x${digit.repeat(40)}`) as [
  string,
  string,
  string,
]
const nobody = `0x${'0'.repeat(40)}`

function event(eventName: string, block: bigint, args: Record<string, unknown>): ContractEvent {
  const [transaction, blockHash] = [`0x${block}a`, `0x${block}`]
  return { eventName, args, address: issuer, transaction, block, blockHash, logIndex: 0 }
}

const burnt = (id: bigint, block: bigint, value: bigint) =>
  event('TransferSingle', block, { from: owner, to: nobody, id, value })

/** A chain that holds these events; a transfer is found by `from` and `to` as a node would. */
function chainOf(events: readonly ContractEvent[]): ChainView & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    chainId: 1n,
    block: 100n,
    read: async () => undefined as never,
    hasCode: async () => true,
    transaction: async () => undefined,
    async *events(_, { eventName, args = {}, from }) {
      asked.push(`${eventName} ${from}`)
      const fits = (one: ContractEvent) =>
        one.eventName === eventName &&
        one.block >= from &&
        Object.entries(args).every(([name, value]) => one.args[name] === value)
      // Of what ABI they are is not known here.
      yield* events.filter(fits) as never[]
    },
  }
}

test('lines of one owner share what is read, and each hears of its own certificates, issued long before', async () => {
  const chain = chainOf([
    event('CertificateRevoked', 50n, { certificateId: 7n }),
    event('CertificateRevoked', 51n, { certificateId: 8n }),
    burnt(9n, 52n, 30n),
    burnt(10n, 53n, 40n),
  ])
  const watch = new CertificateWatch({ issuer, registry, owner })
  // After a restart both go on from block 40; their certificates are of blocks 10 to 13.
  const span = { chain, from: 40n, upTo: 90n }
  const [one, other] = [
    new Map([
      [7n, 10n],
      [9n, 11n],
    ]),
    new Map([
      [8n, 12n],
      [10n, 13n],
    ]),
  ]
  await watch.follow(span, one)
  await watch.follow(span, other)
  expect([7n, 8n].map(id => watch.revocation(id)?.block)).toEqual([50n, 51n])
  expect([9n, 10n].map(id => watch.claims(id)?.energy)).toEqual([30n, 40n])
  expect(watch.revocation(11n)).toBeUndefined()
  // What is known of them now is not read again.
  const asked = chain.asked.length
  await watch.follow(span, one)
  await watch.follow(span, other)
  expect(chain.asked.length).toBe(asked)
})
