import { z } from 'zod'
import { type Cid, formatCid, parseCid, sameCid } from '../../core/any-cid.ts'
import { isEnergywebError } from '../../core/errors.ts'
import type { PinRemote, RemoteState } from './remote.ts'
import { contentsAQuestion } from './remote.ts'
import { RemoteHttp, type RemoteHttpOptions, readAnswer, refusedAnswer } from './remote-http.ts'

const status = z.enum(['queued', 'pinning', 'pinned', 'failed'])
const pinStatus = z.object({
  requestid: z.string().min(1).max(1_000),
  status,
  pin: z.object({ cid: z.string().max(1_000) }),
})
const pinResults = z.object({ count: z.number(), results: z.array(pinStatus).max(1_000) })

type PinStatus = z.output<typeof pinStatus>

export interface PinningServiceOptions extends RemoteHttpOptions {
  /** Multiaddresses of nodes that have the content: who is asked to pin fetches it from there. */
  readonly origins?: readonly string[] | undefined
}

/** How far each state of the service is; where content was asked for twice the furthest counts. */
const order: readonly RemoteState[] = ['failed', 'asked', 'pinned']

/**
 * A service that pins, by the IPFS Pinning Service API 1.0. It takes no bytes: it is told a CID and fetches the content from
 * nodes that have it. What was asked for is found by its CID again, so that no request id has to survive.
 */
export function pinningService({ origins = [], ...options }: PinningServiceOptions): PinRemote {
  const http = new RemoteHttp(options)

  const list = async (cids: readonly Cid[], signal: AbortSignal): Promise<readonly PinStatus[]> => {
    const query = new URLSearchParams({
      cid: cids.map(formatCid).join(','),
      status: 'queued,pinning,pinned,failed',
      limit: '1000',
    })
    const answer = await http.ask({ path: `/pins?${query}`, method: 'GET', signal })
    if (answer.status !== 200) throw refusedAnswer(answer, http.where, 'pins were not listed')
    return readAnswer(pinResults, answer, http.where).results
  }

  return {
    async known(cids, { signal }) {
      const states = new Map<string, RemoteState>()
      const results = await list(cids.slice(0, contentsAQuestion), signal)
      for (const result of results) {
        const text = textAmong(cids, result.pin.cid)
        const state = stateOf(result.status)
        if (text === undefined || order.indexOf(state) < order.indexOf(states.get(text) ?? 'failed')) continue
        states.set(text, state)
      }
      return states
    },
    async put({ cid }, { signal }) {
      const pin = {
        cid: formatCid(cid),
        name: 'energyweb',
        ...(origins.length > 0 && { origins: [...origins] }),
      }
      const answer = await http.ask({ path: '/pins', method: 'POST', body: { json: pin }, signal })
      if (answer.status !== 202) throw refusedAnswer(answer, http.where, 'a pin was not taken')
      return stateOf(readAnswer(pinStatus, answer, http.where).status)
    },
    async remove(cid, { signal }) {
      const results = await list([cid], signal)
      for (const { requestid, pin } of results) {
        if (textAmong([cid], pin.cid) === undefined) continue
        const path = `/pins/${encodeURIComponent(requestid)}`
        const answer = await http.ask({ path, method: 'DELETE', signal })
        if (answer.status !== 202 && answer.status !== 404) {
          throw refusedAnswer(answer, http.where, 'a pin was not taken back')
        }
      }
    },
    close: () => http.close(),
  }
}

function stateOf(word: z.output<typeof status>): RemoteState {
  return word === 'queued' || word === 'pinning' ? 'asked' : word
}

/** Our text of the CID that a service names in its own way; undefined for one that was not asked about. */
function textAmong(cids: readonly Cid[], given: string): string | undefined {
  try {
    const cid = parseCid(given)
    const found = cids.find(one => sameCid(one, cid))
    return found && formatCid(found)
  } catch (error) {
    if (isEnergywebError(error, 'cid-invalid')) return undefined
    throw error
  }
}
