import { rm } from 'node:fs/promises'

/** The plain files that a sealed configuration has made superfluous. */
export function plainFilesLeft({
  config,
  secrets,
}: {
  readonly config: string | undefined
  readonly secrets: readonly string[]
}): readonly string[] {
  return [...(config === undefined ? [] : [config]), ...secrets]
}

/** Deletes them. Nothing is written over first: flash and journals keep old blocks whatever is written, and a promise would be a lie. */
export async function removePlainFiles(files: readonly string[]): Promise<void> {
  for (const file of files) await rm(file, { force: true })
}
