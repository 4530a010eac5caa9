import { describe, expect, it } from "vitest";
import { encodeRecords, HEADER, RECORD_OVERHEAD, scanSegment } from "@/audit/journal/record";

const payloads = ['{"id":"a"}', '{"id":"b","text":"häßlich \u{1F512} \\u0000"}', '{"id":"c"}'];
const segment = Buffer.concat([HEADER, encodeRecords(payloads)]);
const lastLength = Buffer.byteLength(payloads[2] ?? "") + RECORD_OVERHEAD;

describe("segment", () => {
  it("gives back what was put in, in order, any Unicode included", () => {
    expect(scanSegment(segment)).toEqual({ payloads, damaged: [] });
  });

  it("may be empty, or a header alone", () => {
    expect(scanSegment(Buffer.alloc(0))).toEqual({ payloads: [], damaged: [] });
    expect(scanSegment(HEADER)).toEqual({ payloads: [], damaged: [] });
  });

  it("torn at any byte of its last record, keeps the ones before and reports the tail", () => {
    for (let kept = segment.length - lastLength + 1; kept < segment.length; kept += 1) {
      const torn = segment.subarray(0, kept);
      expect(scanSegment(torn), `cut at ${kept}`).toEqual({
        payloads: payloads.slice(0, 2),
        damaged: [{ from: segment.length - lastLength, to: kept }],
      });
    }
  });

  it("with any single bit flipped, loses at most the record it was in and accounts for every byte", () => {
    for (let at = 0; at < segment.length * 8; at += 1) {
      const flipped = Buffer.from(segment);
      flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7));
      const scan = scanSegment(flipped);
      const inHeader = at >> 3 < HEADER.length;
      expect(scan.payloads.length, `bit ${at}`).toBe(inHeader ? 3 : 2);
      expect(payloads).toEqual(expect.arrayContaining(scan.payloads));
      const read = scan.payloads.reduce((sum, text) => sum + Buffer.byteLength(text) + RECORD_OVERHEAD, 0);
      const damaged = scan.damaged.reduce((sum, { from, to }) => sum + to - from, 0);
      expect(read + damaged, `bit ${at}`).toBe(segment.length - (inHeader ? 0 : HEADER.length));
      expect(scan.damaged.every(({ from, to }) => from <= at >> 3 && at >> 3 < to)).toBe(true);
    }
  });

  it("reads on behind zeros, rubbish and a record whose length was blown up", () => {
    const [first, second, third] = payloads.map((payload) => encodeRecords([payload]));
    if (!first || !second || !third) throw new Error("three payloads");
    second.writeUInt32LE(0xffffffff, 4);
    const bytes = Buffer.concat([HEADER, Buffer.alloc(512), first, second, Buffer.from([0xf5, 0x47, 0x42]), third]);
    const scan = scanSegment(bytes);
    expect(scan.payloads).toEqual([payloads[0], payloads[2]]);
    expect(scan.damaged).toEqual([
      { from: HEADER.length, to: HEADER.length + 512 },
      { from: HEADER.length + 512 + first.length, to: bytes.length - third.length },
    ]);
  });

  it("does not take zeros behind a marker for an empty record", () => {
    const bytes = Buffer.concat([HEADER, encodeRecords([""]).subarray(0, 4), Buffer.alloc(64)]);
    expect(scanSegment(bytes)).toEqual({ payloads: [], damaged: [{ from: HEADER.length, to: bytes.length }] });
  });

  it("does not take a payload that quotes a record for a record", () => {
    const quoting = encodeRecords([JSON.stringify({ text: encodeRecords(["{}"]).toString("latin1") })]);
    quoting[5] = 0xff;
    expect(scanSegment(Buffer.concat([HEADER, quoting])).payloads).toEqual([]);
  });
});
