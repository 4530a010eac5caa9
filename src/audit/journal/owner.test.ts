import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  currentOwner,
  isAlive,
  parseSegmentName,
  sameOwner,
  segmentName,
  startedFromStat,
} from "@/audit/journal/owner";

const owner = { pid: 4711, started: "98213", word: "5f0c2a9e" };

describe("segment names", () => {
  it("say whose they are and sort in the order of writing", () => {
    expect(segmentName(owner, 1)).toBe("4711-98213-5f0c2a9e.00000001.journal");
    expect(parseSegmentName(segmentName(owner, 12))).toEqual({ owner, sequence: 12 });
    expect([10, 9, 100].map((sequence) => segmentName(owner, sequence)).sort()).toEqual(
      [9, 10, 100].map((sequence) => segmentName(owner, sequence)),
    );
  });

  it("leave every other file alone", () => {
    for (const name of ["x.journal", "4711-98213-5f0c2a9e.00000001.journal.16.cut", "quarantine-1-2-3.ndjson", ""]) {
      expect(parseSegmentName(name)).toBeNull();
    }
  });
});

describe("owners", () => {
  it("are told apart by pid, start and word", () => {
    expect(sameOwner(owner, { ...owner })).toBe(true);
    for (const other of [{ pid: 1 }, { started: "1" }, { word: "00000000" }]) {
      expect(sameOwner(owner, { ...owner, ...other })).toBe(false);
    }
  });

  it("reads the start time behind a name with spaces and brackets", () => {
    const fields = ["S", ...Array.from({ length: 30 }, (_, index) => String(index + 4))];
    expect(startedFromStat(`12 (a (b) c) ${fields.join(" ")}`)).toBe("22");
    expect(startedFromStat("nothing")).toBeNull();
  });

  it("counts a process that has ended and was not yet waited for as gone", () => {
    const fields = ["Z", ...Array.from({ length: 30 }, (_, index) => String(index + 4))];
    expect(startedFromStat(`12 (node) ${fields.join(" ")}`)).toBeNull();
  });

  it("live until their process ends", async () => {
    const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await once(child, "spawn");
    const pid = child.pid ?? 0;
    const linux = process.platform === "linux";
    const started = linux ? startedFromStat(readFileSync(`/proc/${pid}/stat`, "latin1")) : "0";
    const alive = { pid, started: started ?? "", word: "00000000" };
    expect(isAlive(alive)).toBe(true);
    expect(isAlive(currentOwner())).toBe(true);
    // A number that was given to another process since.
    if (linux) expect(isAlive({ ...alive, started: "1" })).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(isAlive(alive)).toBe(false);
  });
});
