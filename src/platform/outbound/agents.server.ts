/**
 * Agents for requests to addresses that somebody typed into a form. The check is made where the connection is made: on
 * the very addresses that the name resolved to for it, and on literal addresses, so that neither a name that resolves
 * to something else the second time nor an endpoint that a document names can lead inside.
 */
import "server-only";
import { lookup as dnsLookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import { Agent, type AgentOptions, type ClientRequestArgs } from "node:http";
import { Agent as SecureAgent, type AgentOptions as SecureAgentOptions } from "node:https";
import { isIP, type LookupFunction, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isPublicAddress } from "@/platform/outbound/addresses";
import { OutboundRefused } from "@/platform/outbound/refusal";

export type GuardLimits = {
  /** How long a connection may live, from its first packet to the end of its answer. */
  deadlineMs: number;
  /** How many bytes may come by it, headers included. */
  maxBytes: number;
};

/** As `dns.lookup`. */
export type ResolveName = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

export type GuardSettings = GuardLimits & {
  /** Hosts that may have any address and be asked without TLS: names, or literal addresses without brackets. */
  allowedHosts: readonly string[];
  /** Where names are looked up: the system's resolver, unless a test has one. */
  resolve?: ResolveName;
};

type Done = (error: Error | null, stream: Duplex) => void;

/** The host of a request as allow-lists have it: lower case, IPv6 without brackets. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
}

/** Looks a name up as Node does, and refuses it when any of its addresses is not public. */
function publicLookup(resolve: ResolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, "", 0);
      const [first] = found;
      if (!first || !found.every(({ address }) => isPublicAddress(address))) {
        return callback(new OutboundRefused("address"), "", 0);
      }
      if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

/** Ends a connection that lives too long or brings too much. */
function limited<S extends Duplex | null | undefined>(stream: S, { deadlineMs, maxBytes }: GuardLimits): S {
  if (!stream) return stream;
  let bytes = 0;
  const timer = setTimeout(() => stream.destroy(new OutboundRefused("timeout")), deadlineMs);
  stream.once("close", () => clearTimeout(timer));
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) stream.destroy(new OutboundRefused("too_large"));
  });
  return stream;
}

/** Undefined for a host that may have any address; else why a connection is refused, or how its name is looked up. */
function judge(
  { host, hostname }: ClientRequestArgs,
  secure: boolean,
  { allowedHosts, resolve = dnsLookup }: GuardSettings,
): OutboundRefused | LookupFunction | undefined {
  const name = plainHost(host ?? hostname ?? "");
  if (allowedHosts.includes(name)) return undefined;
  if (!secure) return new OutboundRefused("scheme");
  // A literal address is never looked up.
  if (isIP(name) !== 0 && !isPublicAddress(name)) return new OutboundRefused("address");
  return publicLookup(resolve);
}

type Connect = (options: ClientRequestArgs, done?: Done) => Duplex | null | undefined;

function connectGuarded(
  connect: Connect,
  secure: boolean,
  settings: GuardSettings,
  options: ClientRequestArgs,
  done?: Done,
): Duplex | null | undefined {
  const judged = judge(options, secure, settings);
  if (judged instanceof OutboundRefused) {
    // There is no stream to hand over: Node looks at the error first.
    process.nextTick(() => done?.(judged, undefined as unknown as Socket));
    return undefined;
  }
  return limited(connect(judged ? { ...options, lookup: judged } : options, done), settings);
}

class GuardedAgent extends Agent {
  constructor(private readonly settings: GuardSettings) {
    super({ keepAlive: false } satisfies AgentOptions);
  }
  override createConnection(options: ClientRequestArgs, done?: Done) {
    return connectGuarded((...args) => super.createConnection(...args), false, this.settings, options, done);
  }
}

class GuardedSecureAgent extends SecureAgent {
  constructor(private readonly settings: GuardSettings) {
    super({ keepAlive: false } satisfies SecureAgentOptions);
  }
  override createConnection(options: ClientRequestArgs, done?: Done) {
    return connectGuarded((...args) => super.createConnection(...args), true, this.settings, options, done);
  }
}

export type GuardedAgents = { http: Agent; https: SecureAgent };

/** Both keep no connection: each request is judged, and its limits are its own. */
export function makeGuardedAgents(settings: GuardSettings): GuardedAgents {
  return { http: new GuardedAgent(settings), https: new GuardedSecureAgent(settings) };
}
