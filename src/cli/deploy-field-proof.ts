import { allSchemas } from '../core/carbon-document.ts'
import type { DocumentSchema } from '../core/document.ts'
import { EnergywebError } from '../core/errors.ts'
import { planFields } from '../proof/field-tree.ts'
import type { ChainAccount } from './chain-transaction.ts'
import { bytecodeOf, type Deployment, deployContract } from './deploy-contract.ts'

/** `Kind` of FieldProof.sol. */
const kinds = { text: 1, integer: 2, flag: 3 } as const

/** The documents of logs whose fields can be shown on a chain, by the name that their entries carry. */
const schemaNames: readonly string[] = [...new Set(allSchemas.map(({ name }) => name))]

/** @throws EnergywebError `argument-invalid` for a schema that no document has */
export function parseSchemaName(text: string): DocumentSchema {
  const schema = allSchemas.find(({ name }) => name === text)
  if (schema !== undefined) return schema
  throw new EnergywebError('argument-invalid', `no document has the schema "${text}"`, {
    hint: `There are ${schemaNames.join(', ')}.`,
  })
}

/** Deploys a FieldProofVerifier for documents of a schema; it belongs to nobody. @throws EnergywebError as `deployContract` */
export async function deployFieldProof(account: ChainAccount, schema: DocumentSchema): Promise<Deployment> {
  const { encodeAbiParameters } = await import('viem/utils')
  const { fields } = planFields(schema)
  const given = encodeAbiParameters(
    [{ type: 'string' }, { type: 'string[]' }, { type: 'uint8[]' }],
    [schema.name, fields.map(({ name }) => name), fields.map(({ type }) => kinds[type])],
  )
  const data = `${bytecodeOf('FieldProofVerifier')}${given.slice(2)}` as const
  return deployContract(account, { what: `deploy the verifier of ${schema.name}`, data })
}
