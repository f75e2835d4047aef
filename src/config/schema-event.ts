import { z } from 'zod'
import * as field from './fields.ts'

/* The part of the schema that says which events of a contract start a task. */

const scalar = z.union([z.string().max(4_096), z.int(), z.boolean()])
const event = field.text(
  'the event as in Solidity: `Rented(bytes32 indexed id, address user)`; `indexed` as the contract has it',
  4_096,
)
const address = field.address('the contract')

/** `on` of a task. */
export const eventTrigger = z
  .strictObject({
    event: z.union([event, z.array(event).min(1).max(64)]).meta({
      description: 'the event as in Solidity, `Rented(bytes32 indexed id, address user)`; or several',
    }),
    network: field.referenceName.meta({ description: 'one of `networks`' }),
    address: z
      .union([address, z.array(address).min(1).max(64)])
      .meta({ description: 'the contract; or several' }),
    args: z
      .record(z.string(), z.union([scalar, z.array(scalar).min(1).max(64)]))
      .optional()
      .meta({ description: 'only events with these indexed arguments, by name; a list is any of these' }),
    from: z
      .union([z.enum(['latest', 'earliest']), z.int().min(0)])
      .optional()
      .meta({
        description:
          'the first block; default `latest`: what is mined after the first start. Later starts go on',
      }),
    confirmations: z.int().min(1).max(10_000).optional().meta({
      description: "blocks on an event until it is handled, its own included; default the network's",
    }),
    depth: z
      .int()
      .min(1)
      .max(500)
      .optional()
      .meta({ description: 'how many blocks a reorg may replace; default 64, or twice the confirmations' }),
    poll: field.duration('time between two looks at the chain; default 2s', 10).optional(),
  })
  .meta({ description: 'events of a contract that start it, one run an event' })
