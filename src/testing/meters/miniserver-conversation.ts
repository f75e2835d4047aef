import type { WebSocket } from 'ws'
import { envelope, structure } from './miniserver-answers.ts'
import { payloadHeader } from './miniserver-frames.ts'
import type { MiniserverReply, MiniserverSession } from './miniserver-session.ts'

export interface MiniserverConversationOptions {
  readonly session: MiniserverSession
  /** Answers a command with this code instead of doing it; `garbled`: with what nobody can decrypt. */
  readonly refusal: (command: string) => number | 'garbled' | undefined
  /** The states are asked for, from now on. */
  readonly listens: () => void
}

/** One WebSocket of a Miniserver: what it answers to what it hears. */
export class MiniserverConversation {
  readonly #connection: WebSocket
  readonly #options: MiniserverConversationOptions

  constructor(connection: WebSocket, options: MiniserverConversationOptions) {
    this.#connection = connection
    this.#options = options
  }

  hear(said: string): void {
    if (said === 'keepalive') this.#connection.send(payloadHeader('keepalive', 0))
    else this.#hearCommand(said)
  }

  #hearCommand(said: string): void {
    const { session, refusal } = this.#options
    const [, way, ciphertext] = /^jdev\/sys\/(f?enc)\/(.+)$/.exec(said) ?? []
    const command = ciphertext === undefined ? said : session.decrypt(decodeURIComponent(ciphertext))
    const refused = command === undefined ? undefined : refusal(command)
    if (command === undefined) this.#reply(said, { code: 400 })
    else if (refused === 'garbled') this.#sendText(Buffer.alloc(48, 7).toString('base64'))
    else if (refused !== undefined) this.#reply(command, { code: refused })
    else if (ciphertext === undefined) this.#reply(said, this.#obey(said))
    else this.#answerEncrypted(command, { isPlain: way === 'enc' })
  }

  /** A command that came encrypted; its answer is in plain text where that was asked for. */
  #answerEncrypted(command: string, { isPlain }: { readonly isPlain: boolean }): void {
    const { session } = this.#options
    const answer = session.tokenCommand(command, true) ?? this.#obey(command)
    if (isPlain) {
      this.#reply(command, answer)
      return
    }
    this.#sendText(session.encrypt(envelope(command.replace(/^j/, ''), answer ?? { code: 404 })))
    // Nothing more is heard after a token that was given back, or a log-in that was wrong.
    if (command.startsWith('jdev/sys/killtoken/') || answer?.code === 401) this.#connection.close()
  }

  /** What is answered; undefined when it was a file. */
  #obey(command: string): MiniserverReply | undefined {
    const { session, listens } = this.#options
    const [, sessionKey] = /^jdev\/sys\/keyexchange\/(.+)$/.exec(command) ?? []
    if (sessionKey !== undefined) return session.exchange(sessionKey)
    const ofTokens = session.tokenCommand(command, false)
    if (ofTokens !== undefined) return ofTokens
    if (!session.loggedIn) return { code: 401 }
    if (command === 'jdev/sps/enablebinstatusupdate') {
      listens()
      return { code: 200, value: '1' }
    }
    if (command !== 'data/LoxAPP3.json') return { code: 404 }
    this.#connection.send(payloadHeader('file', structure.length + 100, { estimated: true }))
    this.#connection.send(payloadHeader('file', Buffer.byteLength(structure)))
    this.#connection.send(structure)
    return undefined
  }

  #reply(command: string, answer: MiniserverReply | undefined): void {
    if (answer !== undefined) this.#sendText(envelope(command.replace(/^j/, ''), answer))
  }

  #sendText(text: string): void {
    this.#connection.send(payloadHeader('text', Buffer.byteLength(text)))
    this.#connection.send(text)
  }
}
