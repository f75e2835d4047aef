import { EnergywebError } from '../../core/errors.ts'
import type { FindingCode } from './finding-codes.ts'

/** A text that is not an evidence file, with how it fails. */
export class EvidenceInvalid extends EnergywebError {
  readonly finding: FindingCode

  constructor(finding: FindingCode, message: string, cause?: unknown) {
    super('evidence-invalid', message, {
      hint: 'Ask its maker for the file as `energyweb prove` wrote it.',
      ...(cause !== undefined && { cause }),
    })
    this.finding = finding
  }
}
