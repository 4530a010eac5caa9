/** Whether a port is free, asked by listening on it for a moment. */
import { createServer } from "node:net";

/** Every address a `localhost` in a browser may end at; a stranger on one of them would answer in our place. */
const ADDRESSES = ["127.0.0.1", "0.0.0.0", "::1"];

/** Thrown when a port is in use: `message` names the port and the variable that moves it. */
export class PortTakenError extends Error {
  constructor(ports: { port: number; variable: string }[]) {
    super(
      ports
        .map(
          ({ port, variable }) =>
            `Port ${port} is taken by another program: stop that one, or set ${variable} to a free port.`,
        )
        .join("\n"),
    );
    this.name = "PortTakenError";
  }
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "EADDRINUSE"));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

export async function isTaken(port: number): Promise<boolean> {
  for (const address of ADDRESSES) {
    if (!(await canListen(port, address))) return true;
  }
  return false;
}

/** A port that nobody listened on a moment ago, chosen by the system. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port: 0, host: "127.0.0.1" }, () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
