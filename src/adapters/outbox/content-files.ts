/** Contents that are too large for a row, one file each: a file under its name is whole and on disk, whatever happens. */

import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type FolderNames, openNames } from './folder-names.ts';

const PART = '.part';

export class ContentFiles {
  readonly #folder: string;
  readonly #names: FolderNames;
  readonly #removals = new Set<Promise<void>>();
  #syncing: Promise<void> = Promise.resolve();
  #nextSync: Promise<void> | null = null;

  private constructor(folder: string, names: FolderNames) {
    this.#folder = folder;
    this.#names = names;
  }

  static async open(folder: string, namesOf = openNames): Promise<ContentFiles> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new ContentFiles(folder, await namesOf(folder));
  }

  /** On disk, its name included, when this resolves. */
  async write(id: string, content: Uint8Array): Promise<void> {
    const path = this.#path(id);
    const part = `${path}${PART}`;
    try {
      const file = await open(part, 'w', 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(part, path);
      await this.#namesOnDisk();
    } catch (error) {
      await Promise.all([part, path].map((each) => rm(each, { force: true }).catch(ignored)));
      throw error;
    }
  }

  /** Null for one that is not there. */
  async read(id: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.#path(id));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
  }

  /** Removes in the background: what is left over is found at the next start. */
  remove(ids: readonly string[]): void {
    for (const id of ids) {
      const removal: Promise<void> = rm(join(this.#folder, id), { force: true })
        .catch(ignored)
        .finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
    }
  }

  /** Removes what nobody holds: files of an acceptance, or of a removal, that a crash cut short. */
  async removeOrphans(held: (ids: readonly string[]) => Promise<readonly string[]>): Promise<void> {
    const names = await readdir(this.#folder);
    const wanted = new Set(await held(names));
    this.remove(names.filter((name) => !wanted.has(name)));
    await this.idle();
  }

  async idle(): Promise<void> {
    await Promise.all(this.#removals);
  }

  /** Ends once all is removed that is to be. */
  async close(): Promise<void> {
    await this.idle();
    await this.#names.close();
  }

  /** One flush of the folder serves all names that were there before it began; who comes while it lasts waits for the next. */
  #namesOnDisk(): Promise<void> {
    this.#nextSync ??= this.#syncing.then(() => {
      this.#nextSync = null;
      const synced = this.#names.sync();
      this.#syncing = synced.catch(ignored);
      return synced;
    });
    return this.#nextSync;
  }

  #path(id: string): string {
    // It becomes a path; every id of the relay is of this kind.
    if (!/^[\w-]{1,128}$/.test(id)) throw new Error(`${JSON.stringify(id)} cannot be the name of a file`);
    return join(this.#folder, id);
  }
}

function ignored(): void {}
