import type { AnsweredAsset } from './ask-asset.ts'

/** The file of a driver's secret, beside the configuration. */
export function secretFileName(slug: string, name: string): string {
  return name === 'password' ? `${slug}.password` : `${slug}-${name.toLowerCase()}.password`
}

/** The secrets that were typed, with the files that they go into. */
export function secretFilesOf({ slug, source }: AnsweredAsset): readonly { name: string; secret: string }[] {
  return [...source.secrets].map(([name, secret]) => ({ name: secretFileName(slug, name), secret }))
}
