import { resolve } from 'node:path'
import { EnergywebError } from '../core/errors.ts'
import type { ContractDescription } from '../ledgers/records/index.ts'
import { smallFile } from './small-file.ts'

/** The descriptions that an auditor gives. @throws EnergywebError `argument-invalid` for a file that is none, or two of one contract */
export async function readContractDescriptions(
  files: readonly string[],
  cwd: string,
): Promise<readonly ContractDescription[]> {
  if (files.length === 0) return []
  const { parseContractDescription } = await import('../ledgers/records/index.ts')
  const descriptions: ContractDescription[] = []
  for (const file of files) {
    const text = await smallFile(resolve(cwd, file))
    if (text === undefined) throw new EnergywebError('argument-invalid', `there is no file ${file}`)
    const description = parseContractDescription(text)
    if (descriptionOf(descriptions, description) !== undefined) {
      throw new EnergywebError('argument-invalid', `${file} describes a contract that is described already`)
    }
    descriptions.push(description)
  }
  return descriptions
}

/** The description of a contract on a chain. */
export function descriptionOf(
  descriptions: readonly ContractDescription[],
  { chainId, contract }: Pick<ContractDescription, 'chainId' | 'contract'>,
): ContractDescription | undefined {
  return descriptions.find(one => one.chainId === chainId && one.contract === contract.toLowerCase())
}
