/**
 * How rows lie in a segment of the journal: a header, then records of marker, length, checksum and payload.
 * Every record can be verified alone, so what surrounds a damaged one is still read. Pure.
 */
import { crc32 } from "node:zlib";

/** First bytes of every segment; the digit is the version of the format. */
export const HEADER = Buffer.from("GATEBOOK-JRNL-1\n", "latin1");

/** No byte sequence of UTF-8 text holds F5 or FF: a payload can never be taken for the start of a record. */
const MARKER = Buffer.from([0xf5, 0x47, 0x42, 0xff]);
const LENGTH_AT = 4;
const CHECKSUM_AT = 8;
/** Bytes that a record takes beside its payload. */
export const RECORD_OVERHEAD = 12;

/** Where bytes did not verify: from (inclusive) and to (exclusive), offsets in the segment. */
export type Damage = { from: number; to: number };
/** What a segment holds: the payloads that verify, in order, and the ranges that do not. */
export type Scan = { payloads: string[]; damaged: Damage[] };

/** The checksum covers the length and the payload: CRC-32 as in zlib. */
function checksum(bytes: Buffer, start: number, end: number): number {
  const ofLength = crc32(bytes.subarray(start + LENGTH_AT, start + CHECKSUM_AT));
  return crc32(bytes.subarray(start + RECORD_OVERHEAD, end), ofLength);
}

/** The records of the payloads, one after the other, as bytes to append. */
export function encodeRecords(payloads: readonly string[]): Buffer {
  const lengths = payloads.map((payload) => Buffer.byteLength(payload));
  const total = lengths.reduce((sum, length) => sum + length + RECORD_OVERHEAD, 0);
  const bytes = Buffer.allocUnsafe(total);
  let at = 0;
  for (const [index, payload] of payloads.entries()) {
    const end = at + RECORD_OVERHEAD + (lengths[index] ?? 0);
    MARKER.copy(bytes, at);
    bytes.writeUInt32LE(end - at - RECORD_OVERHEAD, at + LENGTH_AT);
    bytes.write(payload, at + RECORD_OVERHEAD);
    bytes.writeUInt32LE(checksum(bytes, at, end), at + CHECKSUM_AT);
    at = end;
  }
  return bytes;
}

/** Where the record that starts at `start` ends, or -1 when no whole, verified record starts there. */
function endOfRecord(bytes: Buffer, start: number): number {
  if (start + RECORD_OVERHEAD > bytes.length) return -1;
  if (bytes.compare(MARKER, 0, MARKER.length, start, start + MARKER.length) !== 0) return -1;
  const end = start + RECORD_OVERHEAD + bytes.readUInt32LE(start + LENGTH_AT);
  if (end > bytes.length) return -1;
  return checksum(bytes, start, end) === bytes.readUInt32LE(start + CHECKSUM_AT) ? end : -1;
}

/** Reads a whole segment. Where bytes do not verify, reading goes on at the next record that does. */
export function scanSegment(bytes: Buffer): Scan {
  const payloads: string[] = [];
  const damaged: Damage[] = [];
  const headed = bytes.subarray(0, HEADER.length).equals(HEADER);
  let at = headed ? HEADER.length : 0;
  let damagedFrom = -1;
  while (at < bytes.length) {
    const end = endOfRecord(bytes, at);
    if (end === -1) {
      if (damagedFrom === -1) damagedFrom = at;
      const next = bytes.indexOf(MARKER, at + 1);
      at = next === -1 ? bytes.length : next;
      continue;
    }
    if (damagedFrom !== -1) damaged.push({ from: damagedFrom, to: at });
    damagedFrom = -1;
    payloads.push(bytes.toString("utf8", at + RECORD_OVERHEAD, end));
    at = end;
  }
  if (damagedFrom !== -1) damaged.push({ from: damagedFrom, to: bytes.length });
  return { payloads, damaged };
}
