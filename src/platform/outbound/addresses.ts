/**
 * Which addresses are somebody else's, out on the internet. Everything that is not is where a request made in our name
 * could reach what only we can reach: this host, its network, the metadata service of its cloud.
 */
import { BlockList, isIP } from "node:net";

/** IANA's special-purpose registry of IPv4, and what clouds answer on. */
const NOT_PUBLIC_4: [network: string, prefix: number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
  // Azure's host: a public number that leads to the machine below.
  ["168.63.129.16", 32],
];

/** Of IPv6 only global unicast, 2000::/3, can be public, and of that not what is reserved or carries another address. */
const NOT_PUBLIC_6: [network: string, prefix: number][] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

function listOf(family: "ipv4" | "ipv6", networks: [string, number][]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) list.addSubnet(network, prefix, family);
  return list;
}

const blocked4 = listOf("ipv4", NOT_PUBLIC_4);
const blocked6 = listOf("ipv6", NOT_PUBLIC_6);
const global6 = listOf("ipv6", [["2000::", 3]]);

/** The eight groups of an IPv6 address, whichever way it is written. */
function groupsOf(address: string): number[] {
  // The URL parser knows every way to write one, a dotted end among them, and answers with the one way of RFC 5952.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const read = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const first = read(head);
  const last = read(tail ?? "");
  return [...first, ...new Array<number>(8 - first.length - last.length).fill(0), ...last];
}

/** The IPv4 address that an IPv6 address stands for: mapped (::ffff:0:0/96), or by way of a NAT64 (64:ff9b::/96). */
function embedded4(groups: number[]): string | null {
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(":");
  if (prefix !== "0:0:0:0:0:ffff" && prefix !== "64:ff9b:0:0:0:0") return null;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** @param address a literal address without brackets; what is none is not public */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !blocked4.check(address, "ipv4");
  // A zone (fe80::1%eth0) belongs to a link, and the parser knows no such thing.
  if (family !== 6 || address.includes("%")) return false;
  const embedded = embedded4(groupsOf(address));
  if (embedded) return isPublicAddress(embedded);
  return global6.check(address, "ipv6") && !blocked6.check(address, "ipv6");
}
