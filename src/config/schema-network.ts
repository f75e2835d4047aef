import { z } from 'zod'
import { networkPresets, presetNamed } from '../ledgers/evm/presets.ts'
import * as field from './fields.ts'
import { tlsSettings } from './schema-tls.ts'

/* The part of the schema that describes EVM chains, their nodes, and how transactions are paid. */

const fees = z
  .strictObject({
    type: z.enum(['legacy', 'eip1559', 'free', 'fixed']).optional().meta({
      description:
        'kind of transaction: one gas price, or a maximum and a tip; `free`: nothing is paid, on a chain that asks nothing; `fixed`: always `price`',
    }),
    price: field
      .gasPrice('with `type: fixed`: always this a gas; what the network asks more for waits')
      .optional(),
    floor: field.gasPrice('never pay less a gas').optional(),
    cap: field.gasPrice('never pay more a gas: what waits, waits').optional(),
    tip: field.gasPrice('on top of the base fee').optional(),
    tipPercentile: z.int().min(1).max(99).optional().meta({
      description:
        'pay what this share of the transactions in the newest blocks tipped less than; `tip` at least',
    }),
  })
  .meta({ description: "how transactions are paid; default the preset's" })

const tlsOfNodes = (description: string) => tlsSettings().unwrap().meta({ description })

const node = z.union([
  field.nodeAddress,
  z.strictObject({
    url: z
      .union([field.nodeAddress, field.secret('the address, where it holds a key')])
      .meta({ description: 'its address; a secret where it holds a key' }),
    rate: field.callRate('most calls that the node allows, each call of a batch counted').optional(),
    tls: tlsOfNodes('what this node must prove; default `tls` of the network').optional(),
    headers: z
      .record(
        z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a header'),
        field.secret('its value'),
      )
      .optional()
      .meta({ description: 'headers of every request by name, like an API key' }),
  }),
])

/** One of `networks`. */
export const network = z
  .strictObject({
    preset: field
      .named(presetNamed, Object.keys(networkPresets), 'a known network; every other key overrides it')
      .optional(),
    chainId: field.wholeNumber('needed without a preset', 2n ** 53n - 1n).optional(),
    rpc: z.array(node).min(1).max(16).optional().meta({
      description:
        'nodes, the preferred one first: addresses, or `{ url, rate, headers, tls }`; needed without a preset',
    }),
    ws: z
      .union([field.socketAddress, field.secret('the address, where it holds a key')])
      .optional()
      .meta({
        description:
          'WebSocket of a node that tells of new blocks, so that tasks with `on: { event }` run at once; default: the nodes of `rpc` are asked every few seconds',
      }),
    tls: tlsOfNodes(
      'what nodes must prove that say nothing else, and the one behind `ws`; default `required`, but for this very machine',
    ).optional(),
    confirmations: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .meta({ description: 'blocks until a registration is final, its own included; default 12' }),
    fees: fees.optional(),
    headAge: field.duration('oldest head that counts as synced; default 2m', 1_000).optional(),
    timeout: field.duration('for one request to a node; default 15s', 100).optional(),
  })
  .meta({ description: 'an EVM chain' })
