/** Where a request comes from: decided by the TCP peer and the number of trusted proxies, never by the client. Pure. */
import { isIP } from "node:net";

/** Canonical text of an address: IPv4-mapped IPv6 as IPv4, IPv6 compressed, no port, no zone. Null when malformed. */
export function canonicalAddress(text: string): string | null {
  let address = text.trim();
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(address);
  if (bracketed?.[1]) address = bracketed[1];
  else if (/^[\d.]+:\d{1,5}$/.test(address)) address = address.slice(0, address.lastIndexOf(":"));
  address = address.replace(/%[\w.-]+$/, "");
  if (isIP(address) === 4) return address;
  if (isIP(address) !== 6) return null;
  const compressed = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(compressed);
  if (!mapped?.[1] || !mapped[2]) return compressed;
  const bits = Number.parseInt(mapped[1], 16) * 65536 + Number.parseInt(mapped[2], 16);
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join(".");
}

/**
 * The client's address behind `hops` trusted proxies: the n-th entry from the right of `x-forwarded-for`.
 * With no hops, or a header shorter than the hops or malformed at that place, it is the peer's own.
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined, hops: number): string | null {
  const direct = peer === undefined ? null : canonicalAddress(peer);
  if (hops === 0 || forwardedFor === undefined) return direct;
  const claimed = forwardedFor.split(",").at(-hops);
  return (claimed === undefined ? null : canonicalAddress(claimed)) ?? direct;
}
