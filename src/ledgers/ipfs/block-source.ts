import { type Cid, formatCid } from '../../core/any-cid.ts'
import { EnergywebError, isEnergywebError } from '../../core/errors.ts'
import type { HttpResponse } from '../../core/source.ts'
import { longestBlock } from '../../proof/ipfs/unixfs-folder.ts'
import { RemoteHttp, type RemoteHttpOptions, type RemoteRequest, refusedAnswer } from './remote-http.ts'

/** Where blocks are fetched from by their CIDs. What it gives is not believed: whoever asks compares. */
export interface BlockSource {
  /**
   * The bytes that it says are the block's; undefined where it has none.
   * @throws EnergywebError `network-unreachable`, `network-refused`, `tls-refused`, `aborted`
   */
  block(cid: Cid, options: { readonly signal: AbortSignal }): Promise<Uint8Array | undefined>
  close(): Promise<void>
}

/** A gateway (IPFS "Trustless Gateway" specification): raw blocks, one a question. */
export function gatewayBlocks(options: RemoteHttpOptions): BlockSource {
  const http = new RemoteHttp(options)
  return {
    async block(cid, { signal }) {
      const path = `/ipfs/${formatCid(cid)}?format=raw`
      const answer = await ask(http, { path, method: 'GET', accept: 'application/vnd.ipld.raw', signal })
      // A gateway that looked for a block and found nobody who has it says 504 (section "Response Status Codes").
      if ([404, 410, 504].includes(answer.status)) return undefined
      return bytesOf(answer, http.where)
    },
    close: () => http.close(),
  }
}

/** A node of IPFS by the RPC API of kubo: what it has itself, without looking for others who have it. */
export function kuboBlocks(options: RemoteHttpOptions): BlockSource {
  const http = new RemoteHttp({ ...options, url: `${options.url.replace(/\/api\/v0$/, '')}/api/v0` })
  return {
    async block(cid, { signal }) {
      const path = `/block/get?arg=${formatCid(cid)}&offline=true`
      const answer = await ask(http, { path, method: 'POST', signal })
      const isMissing = answer.status === 500 && /not found/.test(new TextDecoder().decode(answer.body))
      return isMissing ? undefined : bytesOf(answer, http.where)
    },
    close: () => http.close(),
  }
}

/** An answer that is longer than any block is refused, and not tried again. */
async function ask(http: RemoteHttp, request: RemoteRequest): Promise<HttpResponse> {
  try {
    return await http.ask({ ...request, maxBytes: longestBlock })
  } catch (error) {
    if (!isEnergywebError(error) || !isEnergywebError(error.cause, 'source-too-large')) throw error
    throw new EnergywebError('network-refused', `${http.where}: the answer is longer than a block can be`, {
      cause: error,
    })
  }
}

function bytesOf(answer: HttpResponse, where: string): Uint8Array {
  if (answer.status === 200) return answer.body
  throw refusedAnswer(answer, where, 'a block was not given')
}
