/** The process dies in the middle: whoever had an answer has a row, and nobody has two. */
import { expect, test } from "@playwright/test";
import { Client, mixedLoad } from "./client";
import { House } from "./house";
import { expectTrueBook } from "./oracle";

const LANES = 32;
let house: House;

test.beforeEach(async () => {
  house = await House.open();
});
test.afterEach(() => house.close());

/** Resolves when the clients have this many answers. */
async function answered(clients: Client[], count: number): Promise<void> {
  await expect
    .poll(() => clients.reduce((sum, { journal }) => sum + journal.filter(({ told }) => told).length, 0), {
      timeout: 20_000,
      intervals: [20],
    })
    .toBeGreaterThan(count);
}

test("SIGKILL under a mixed load, flat out", async () => {
  const server = await house.serve();
  const client = new Client(server.origin);
  let stopped = false;
  const load = mixedLoad([client], LANES, () => stopped);
  await answered([client], 300);
  await house.kill(server);
  stopped = true;
  await load;
  await house.serve();
  await expectTrueBook(house, client.journal);
});

test("SIGKILL with audit_events locked for a second before it", async () => {
  const server = await house.serve();
  const client = new Client(server.origin);
  let stopped = false;
  const load = mixedLoad([client], LANES, () => stopped);
  await answered([client], 200);
  const unlock = await house.lockEvents();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await house.kill(server);
  stopped = true;
  await load;
  await unlock();
  await house.serve();
  await expectTrueBook(house, client.journal);
});

test("two servers on one database and one data folder, one of them killed", async () => {
  const servers = [await house.serve(), await house.serve()] as const;
  const clients = servers.map(({ origin }) => new Client(origin));
  let stopped = false;
  const load = mixedLoad(clients, LANES, () => stopped);
  await answered(clients, 200);
  await house.kill(servers[0]);
  clients[0]?.moveTo(servers[1].origin);
  await answered(clients, 400);
  stopped = true;
  await load;
  await expectTrueBook(
    house,
    clients.flatMap(({ journal }) => journal),
  );
});
