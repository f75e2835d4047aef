import { z } from 'zod'
import type { ContractEvent } from '../defined/define-ledger.ts'

const one = z.object({ id: z.bigint(), certificateId: z.bigint() })
const many = z.object({ ids: z.array(z.bigint()), certificateIds: z.array(z.bigint()) })

/** The requests that an event says are approved, one or a batch of them, with their certificates; none for another event. */
export function approvedIn({ eventName, args }: Pick<ContractEvent, 'eventName' | 'args'>): readonly {
  readonly request: bigint
  readonly certificate: bigint
}[] {
  if (eventName === 'CertificationRequestApproved') {
    const { data } = one.safeParse(args)
    return data === undefined ? [] : [{ request: data.id, certificate: data.certificateId }]
  }
  if (eventName !== 'CertificationRequestBatchApproved') return []
  const { ids = [], certificateIds = [] } = many.safeParse(args).data ?? {}
  return ids.flatMap((request, i) => {
    const certificate = certificateIds[i]
    return certificate === undefined ? [] : [{ request, certificate }]
  })
}
