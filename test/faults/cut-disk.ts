import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const IMAGE_BYTES = 256 * 1024 * 1024;
/**
 * EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: from now on the file system writes nothing, neither what is
 * in memory nor its journal. Node has no ioctl.
 */
const SHUTDOWN =
  'import fcntl, os, struct, sys; fcntl.ioctl(os.open(sys.argv[1], os.O_RDONLY), 0x8004587D, struct.pack("I", 2))';

/**
 * A file system of its own, in a file, whose power can be cut: what was not flushed is gone. A flush counts when it has
 * reached the file, so a disk that lies about its own cache is not what this tests.
 */
export class CutDisk {
  /** Where it is mounted. */
  readonly path: string;
  readonly #image: string;

  /** @param directory for the file and the mount point @throws Error that says what is missing: Linux, root, a program */
  constructor(directory: string) {
    this.path = join(directory, 'disk');
    this.#image = join(directory, 'disk.img');
    mkdirSync(this.path, { recursive: true });
    run('truncate', '-s', String(IMAGE_BYTES), this.#image);
    run('mkfs.ext4', '-q', '-F', this.#image);
    this.#mount();
    try {
      this.cut();
      this.restore();
    } catch (error) {
      this.remove();
      throw error;
    }
  }

  /** From now on nothing reaches the disk; those who use it get EIO. */
  cut(): void {
    run('python3', '-c', SHUTDOWN, this.path);
  }

  /** What a start of the machine does: mounts what the disk has, with its journal replayed. Nobody may have files open. */
  restore(): void {
    run('umount', this.path);
    this.#mount();
  }

  remove(): void {
    spawnSync('umount', ['-l', this.path]);
    rmSync(this.#image, { force: true });
  }

  #mount(): void {
    run('mount', '-o', 'loop', this.#image, this.path);
  }
}

function run(program: string, ...args: string[]): void {
  // Programs for root are not in everybody's path.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const { status, error, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  // Further lines of mount only say where else to look.
  if (status !== 0) throw new Error(error?.message ?? stderr.split('\n', 1)[0]);
}
