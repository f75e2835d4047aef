import type { Answers } from './config-text.ts'

/** The file of a driver's secret, beside the configuration. */
export function secretFileName(slug: string, name: string): string {
  return name === 'password' ? `${slug}.password` : `${slug}-${name.toLowerCase()}.password`
}

/** The file of a carbon source's secret, likewise. */
export function carbonSecretFileName(slug: string, name: string): string {
  return secretFileName(`${slug}-carbon`, name)
}

/** The secrets that were typed, with the files that they go into. */
export function secretFilesOf({
  asset: { slug, source },
  carbon,
}: Pick<Answers, 'asset' | 'carbon'>): readonly { name: string; secret: string }[] {
  const ofCarbon = carbon === undefined ? [] : [...carbon.source.secrets]
  return [
    ...[...source.secrets].map(([name, secret]) => ({ name: secretFileName(slug, name), secret })),
    ...ofCarbon.map(([name, secret]) => ({ name: carbonSecretFileName(slug, name), secret })),
  ]
}
