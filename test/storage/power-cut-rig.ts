import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attempt, run } from './machine.ts'

/**
 * A disk whose state at one instant can be copied: an ext4 image on XFS, where a reflink copies the image as it is on the
 * platter, so to speak. What was not synced is not in the copy. It models an honest disk: one that lies about having
 * written is another matter.
 */
export class PowerCutRig {
  readonly #base: string
  readonly #mounted: string[] = []

  private constructor(base: string) {
    this.#base = base
  }

  static open(): PowerCutRig {
    const rig = new PowerCutRig(mkdtempSync(join(tmpdir(), 'energyweb-power-')))
    try {
      rig.#mount('outer', rig.#image('outer.img', '1200M', ['mkfs.xfs', '-q', '-m', 'reflink=1']))
      rig.#mount('inner', rig.#image('outer/inner.img', '300M', ['mkfs.ext4', '-q', '-F']))
      return rig
    } catch (error) {
      rig.close()
      throw error
    }
  }

  #image(name: string, size: string, [program = '', ...parameters]: readonly string[]): string {
    const path = join(this.#base, name)
    run('truncate', '-s', size, path)
    run(program, ...parameters, path)
    return path
  }

  #mount(name: string, image: string): void {
    const path = join(this.#base, name)
    mkdirSync(path, { recursive: true })
    run('mount', '-o', 'loop', image, path)
    this.#mounted.push(path)
  }

  /** A fresh folder on the disk, itself synced. */
  folder(name: string): string {
    const path = join(this.#base, 'inner', name)
    mkdirSync(path)
    run('sync', '-f', path)
    return path
  }

  /** Takes the disk as it is at this instant. */
  cut(): void {
    const image = join(this.#base, 'outer/inner.img')
    run('cp', '--reflink=always', image, join(this.#base, 'outer/snap.img'))
  }

  /** Mounts what was taken, as after the power came back, and gives its copy of the folder to `look`. */
  async look<Result>(name: string, look: (folder: string) => Promise<Result>): Promise<Result> {
    const image = join(this.#base, 'outer/snap.img')
    this.#mount('snap', image)
    try {
      return await look(join(this.#base, 'snap', name))
    } finally {
      this.#unmountLast()
      rmSync(image)
    }
  }

  #unmountLast(): void {
    const path = this.#mounted.pop()
    if (path !== undefined && !attempt('umount', path)) attempt('umount', '-l', path)
  }

  /** Undoes all mounts and removes the images. */
  close(): void {
    while (this.#mounted.length > 0) this.#unmountLast()
    rmSync(this.#base, { recursive: true, force: true })
  }
}
