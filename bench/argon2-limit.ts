/** What the machine can do at most: argon2id alone, in a process of its own. Prints verifications a second. */
import { hash, verify } from "@node-rs/argon2";

const [clients = 8, seconds = 2] = process.argv.slice(2).map(Number);
const parameters = { memoryCost: 19456, timeCost: 2, parallelism: 1 };
const hashed = await hash("a password", parameters);
await Promise.all(Array.from({ length: 4 }, () => verify(hashed, "a password")));
const started = performance.now();
let done = 0;
await Promise.all(
  Array.from({ length: clients }, async () => {
    while (performance.now() - started < seconds * 1000) {
      await verify(hashed, "a password");
      done += 1;
    }
  }),
);
process.stdout.write(String(done / ((performance.now() - started) / 1000)));
