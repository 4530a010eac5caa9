/** For tests: a network between a client and PostgreSQL that breaks in the ways that networks do. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

export class BreakableProxy {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private readonly pairs: [Socket, Socket][] = [];
  private port = 0;
  private hole = false;
  private losing = 0;
  /** Connections that clients have opened. */
  accepted = 0;

  private constructor(private readonly target: URL) {}

  static async open(targetUrl: string): Promise<BreakableProxy> {
    const proxy = new BreakableProxy(new URL(targetUrl));
    await proxy.listen();
    return proxy;
  }

  /** The connection string through the proxy. */
  get url(): string {
    const url = new URL(this.target);
    url.hostname = "127.0.0.1";
    url.port = String(this.port);
    return url.href;
  }

  /** Nobody listens any more, and what was connected is cut. */
  async refuse(): Promise<void> {
    const server = this.server;
    this.server = null;
    for (const socket of this.sockets) socket.destroy();
    if (!server) return;
    server.close();
    await once(server, "close");
  }

  /** Connections are accepted and stay; nothing is forwarded, either way. */
  blackHole(): void {
    this.hole = true;
    for (const [client, server] of this.pairs) {
      client.unpipe();
      server.unpipe();
    }
  }

  /** The next `count` answers of the server are lost, and their connections with them; what was asked has arrived. */
  loseAnswers(count: number): void {
    this.losing = count;
  }

  /** Everything passes again; what a black hole has swallowed is gone with its connection. */
  async mend(): Promise<void> {
    if (this.hole) for (const socket of this.sockets) socket.destroy();
    this.hole = false;
    if (!this.server) await this.listen();
  }

  async close(): Promise<void> {
    await this.refuse();
  }

  private async listen(): Promise<void> {
    const server = createServer((client) => this.join(client));
    server.listen(this.port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (typeof address === "object" && address) this.port = address.port;
    this.server = server;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("close", () => this.sockets.delete(socket));
    // A cut is what the tests are about; the other side hears of it by the close.
    socket.on("error", () => {});
  }

  private join(client: Socket): void {
    this.accepted += 1;
    this.keep(client);
    if (this.hole) return;
    const server = connect(Number(this.target.port), this.target.hostname);
    this.keep(server);
    this.pairs.push([client, server]);
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
    client.pipe(server);
    server.on("data", () => {
      if (this.losing === 0) return;
      this.losing -= 1;
      server.unpipe();
      client.destroy();
    });
    server.pipe(client);
  }
}
