import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  FollowFault,
  type FollowOptions,
  folderFiles,
  followLog,
  type LogFiles,
} from '../../src/publishing/index.ts'
import { key } from './support.ts'

const { signal } = new AbortController()

/** Looks once at a published log. */
export function follow(folder: string | LogFiles, state: string, options: Partial<FollowOptions> = {}) {
  const files = typeof folder === 'string' ? folderFiles(folder) : folder
  return followLog(files, { key, state, signal, ...options })
}

/** The fault that was found; there must be one. */
export async function faultOf(attempt: Promise<unknown>): Promise<FollowFault> {
  const outcome = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (outcome instanceof FollowFault) return outcome
  throw new Error(`no fault was found: ${String(outcome)}`)
}

/** All published files of a folder. */
export function published(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter(path => !path.startsWith('.publishing'))
    .sort()
}
