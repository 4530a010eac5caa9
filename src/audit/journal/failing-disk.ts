/** For tests: the machine's disk with faults on demand, and a record of what was asked of it. */
import { type Disk, type DiskFile, realDisk } from "@/audit/journal/disk";

export type Operation = "open" | "write" | "sync" | "truncate" | "syncDirectory" | "read" | "remove" | "makeDirectory";
export type Fault = {
  operation: Operation;
  /** The code of the error, or `short`: a write takes half of its bytes and says so. */
  code: string;
  /** How many calls fail; all from now on when not given. */
  times?: number;
  /** Bytes of a write that reach the disk before it fails. */
  taken?: number;
  /** Faults on names that do not match are not met. */
  on?: RegExp;
};

export class FailingDisk implements Disk {
  faults: Fault[] = [];
  /** Writes wait for what it answers. */
  hang: () => Promise<void> = async () => {};
  /** Operations and the last part of their path, in order. */
  readonly calls: string[] = [];

  private meet(operation: Operation, path: string): Fault | undefined {
    this.calls.push(`${operation} ${path.split("/").at(-1)}`);
    const fault = this.faults.find((each) => each.operation === operation && (each.on?.test(path) ?? true));
    if (fault?.times !== undefined) {
      fault.times -= 1;
      if (fault.times === 0) this.faults = this.faults.filter((each) => each !== fault);
    }
    return fault;
  }

  private async pass<T>(operation: Operation, path: string, work: () => Promise<T>): Promise<T> {
    const fault = this.meet(operation, path);
    if (fault) throw Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
    return work();
  }

  async open(path: string, which: "new" | "any"): Promise<DiskFile> {
    const file = await this.pass("open", path, () => realDisk.open(path, which));
    return {
      write: async (bytes, position) => {
        const fault = this.meet("write", path);
        await this.hang();
        if (!fault) return file.write(bytes, position);
        if (fault.code === "short") return file.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), position);
        if (fault.taken) await file.write(bytes.subarray(0, fault.taken), position);
        throw Object.assign(new Error(`${fault.code}: injected`), { code: fault.code });
      },
      sync: () => this.pass("sync", path, () => file.sync()),
      truncate: (length) => this.pass("truncate", path, () => file.truncate(length)),
      identity: () => file.identity(),
      close: () => file.close(),
    };
  }

  makeDirectory = (path: string) => this.pass("makeDirectory", path, () => realDisk.makeDirectory(path));
  syncDirectory = (path: string) => this.pass("syncDirectory", path, () => realDisk.syncDirectory(path));
  read = (path: string) => this.pass("read", path, () => realDisk.read(path));
  remove = (path: string) => this.pass("remove", path, () => realDisk.remove(path));
  list = realDisk.list;
  size = realDisk.size;
  identity = realDisk.identity;
  rename = realDisk.rename;
}
