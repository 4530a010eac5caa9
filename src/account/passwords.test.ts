/** Password hashes: verified unmodified, and nobody's password costs what a real one costs. */
import { hash } from "@node-rs/argon2";
import { describe, expect, test } from "vitest";
import { hashPassword, prepareDecoy, verifyPassword } from "@/account/passwords.server";

const PASSWORD = "correct horse battery staple";
const PARAMETERS = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

describe("a password", () => {
  test("matches its own hash and no other text does", async () => {
    const passwordHash = await hashPassword(PASSWORD);
    expect(await verifyPassword(passwordHash, PASSWORD)).toBe(true);
    for (const wrong of ["", " ", PASSWORD.toUpperCase(), `${PASSWORD} `, ` ${PASSWORD}`, PASSWORD.slice(0, -1)]) {
      expect(await verifyPassword(passwordHash, wrong)).toBe(false);
    }
  });

  test("is verified unmodified: no trimming, no normalization, no cut, NUL and emoji included", async () => {
    const odd = `  p\u0308a\u0000ss 😀 ${"x".repeat(200)}  `;
    const passwordHash = await hashPassword(odd);
    expect(await verifyPassword(passwordHash, odd)).toBe(true);
    for (const close of [odd.trim(), odd.normalize("NFC").replace("\u0000", ""), odd.slice(0, 80), odd.slice(0, -3)]) {
      expect(await verifyPassword(passwordHash, close)).toBe(false);
    }
    expect(await verifyPassword(await hashPassword("cafe\u0301"), "caf\u00E9")).toBe(false);
  });

  test("is hashed with argon2id at OWASP's cost and a salt of its own", async () => {
    const [first, second] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(first).toMatch(PARAMETERS);
    expect(first).not.toBe(second);
    expect(first).not.toContain(PASSWORD);
  });

  test("hashed earlier, at another cost, still opens its account", async () => {
    const older = await hash(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    expect(await verifyPassword(older, PASSWORD)).toBe(true);
    expect(await verifyPassword(older, "wrong")).toBe(false);
  });
});

describe("an account without a password", () => {
  test("is opened by none: not by the empty one, and not by the decoy's own text", async () => {
    const decoyText = "nobody's password: it only has to cost what a real one costs";
    for (const password of ["", PASSWORD, decoyText, "null", "undefined"]) {
      expect(await verifyPassword(null, password)).toBe(false);
    }
  });

  test("costs a verification at the same parameters as a real one", async () => {
    expect(await prepareDecoy()).toMatch(PARAMETERS);
    const time = async (passwordHash: string | null) => {
      const started = performance.now();
      await verifyPassword(passwordHash, "wrong");
      return performance.now() - started;
    };
    const real = await hashPassword(PASSWORD);
    const pairs: { real: number; none: number }[] = [];
    for (let round = 0; round < 9; round += 1) pairs.push({ real: await time(real), none: await time(null) });
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[4] ?? 0;
    const ratio = median(pairs.map(({ none }) => none)) / median(pairs.map(({ real }) => real));
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  test("uses one decoy for all, made once", async () => {
    expect(await prepareDecoy()).toBe(await prepareDecoy());
  });
});

test("a damaged hash opens nothing", async () => {
  for (const damaged of ["$argon2id$", "plain text", "$2b$10$abcdefghijklmnopqrstuv"]) {
    const outcome = await verifyPassword(damaged, PASSWORD).catch(() => "refused with an error");
    expect([false, "refused with an error"]).toContain(outcome);
  }
});
