/** Sees to it that one workbench at a time uses a data folder, and ends what an earlier one left behind when it was killed. */
import { accessSync, constants, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { killGroup } from "./application";
import { readKept, writeKept } from "./kept-file";
import { commandLine, endProcess, isAlive } from "./processes";

const FILE = "workbench.json";
const claim = z.object({ workbench: z.number().int().positive(), application: z.number().int().positive().nullable() });

export type DataFolder = {
  /** Writes down which process is the application, for the workbench that may have to end it. */
  noteApplication(pid: number): void;
  release(): void;
};

function runs(pid: number, program: RegExp): boolean {
  return isAlive(pid) && program.test(commandLine(pid));
}

function makeFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new Error(
      `The data folder ${dataDir} cannot be used (${error instanceof Error ? error.message : String(error)}): ` +
        "run this as the user that made it, remove it, or set GATEBOOK_DATA_DIR to another folder.",
    );
  }
}

/** @throws when the folder cannot be used, or another workbench uses it */
export async function claimDataFolder(dataDir: string, onLog: (line: string) => void): Promise<DataFolder> {
  makeFolder(dataDir);
  const file = join(dataDir, FILE);
  const earlier = readKept(file, claim);
  if (earlier && earlier.workbench !== process.pid && runs(earlier.workbench, /src.workbench.main/)) {
    throw new Error(
      `The folder ${dataDir} is used by another workbench (process ${earlier.workbench}): ` +
        "stop that one, or set GATEBOOK_DATA_DIR to another folder.",
    );
  }
  const orphan = earlier?.application ?? null;
  if (orphan !== null && runs(orphan, /src.server\.ts/)) {
    onLog("Stopping the application that an earlier run left behind.");
    await endProcess(orphan, [
      ["SIGTERM", 15_000],
      ["SIGKILL", 5000],
    ]);
    killGroup(orphan);
  }
  writeKept(file, { workbench: process.pid, application: null });
  return {
    noteApplication: (application) => writeKept(file, { workbench: process.pid, application }),
    release: () => rmSync(file, { force: true }),
  };
}
