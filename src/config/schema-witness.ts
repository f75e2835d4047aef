import { z } from 'zod'
import { httpAddress } from '../connections/connection-fields.ts'
import * as field from './fields.ts'
import { tlsSettings } from './schema-tls.ts'

/** One of those who cosign the checkpoints of this gateway's log. */
export const askedWitness = z
  .strictObject({
    url: httpAddress('address of the witness: what stands before `/add-checkpoint`'),
    key: field.verifierKey('its key, as its operator tells it'),
    tls: tlsSettings(),
  })
  .meta({ description: 'a witness that cosigns the checkpoints' })

/** The witness that this gateway is for the logs of others. */
export const servedWitness = z
  .strictObject({
    key: field.referenceName.meta({
      description: 'the key that it cosigns with: Ed25519, and for nothing else',
    }),
    name: field.keyName('the name that it cosigns under, like `witness.example.org/w1`'),
    logs: z
      .array(field.verifierKey("a log's key, as `energyweb keys show --origin` tells it"))
      .min(1)
      .max(10_000)
      .meta({ description: 'the logs that it cosigns, by their keys' }),
    listen: field.listenAddress('where it listens; default 127.0.0.1:8080').optional(),
    prefix: z
      .string()
      .regex(/^(?:\/[A-Za-z0-9._~-]{1,64}){1,8}$/, 'expected a path like /witness, without / at its end')
      .optional()
      .meta({ description: 'what stands before `/add-checkpoint`, like `/witness`' }),
  })
  .meta({ description: 'makes this gateway a witness for the logs of others' })
