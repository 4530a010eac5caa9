/** What is sealed opens with its key, in its place, unchanged, and in no other way. */
import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { KeyRing, parseKeyRing, type Sealed, UnsealError } from "@/platform/key-ring";

const [k1, k2, k3] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const ring = new KeyRing([["k1", k1]]);
const PLACE = { table: "provider_tokens", column: "access_token", row: "0199c5d2-1111-7abc-8def-000000000001" };
const SECRET = "an access token";

function reasonOf(open: () => string): string {
  try {
    open();
    return "opened";
  } catch (error) {
    if (error instanceof UnsealError) return error.reason;
    throw error;
  }
}

describe("a sealed text", () => {
  test.each(["", "x", SECRET, "ü€🔑\u0000", "t".repeat(100_000)])("opens as it was (%#)", (text) => {
    expect(ring.open(ring.seal(text, PLACE), PLACE)).toBe(text);
  });

  test("is a nonce, the ciphertext and a tag, and shows nothing of the text", () => {
    const { keyId, box } = ring.seal(SECRET, PLACE);
    expect(keyId).toBe("k1");
    expect(box).toHaveLength(12 + SECRET.length + 16);
    expect(box.toString("latin1")).not.toContain("token");
  });

  test("has a nonce of its own each time", () => {
    const boxes = Array.from({ length: 2000 }, () => ring.seal(SECRET, PLACE).box);
    expect(new Set(boxes.map((box) => box.toString("hex"))).size).toBe(2000);
    expect(new Set(boxes.map((box) => box.toString("hex", 0, 12))).size).toBe(2000);
  });

  test("of which any single bit is flipped does not open", () => {
    const { keyId, box } = ring.seal(SECRET, PLACE);
    for (let bit = 0; bit < box.length * 8; bit += 1) {
      const forged = Buffer.from(box);
      forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(reasonOf(() => ring.open({ keyId, box: forged }, PLACE))).toBe("not_authentic");
    }
  });

  test("cut to any length, or made longer, does not open", () => {
    const { keyId, box } = ring.seal(SECRET, PLACE);
    for (let length = 0; length < box.length; length += 1) {
      expect(reasonOf(() => ring.open({ keyId, box: box.subarray(0, length) }, PLACE))).toBe("not_authentic");
      expect(reasonOf(() => ring.open({ keyId, box: box.subarray(box.length - length) }, PLACE))).toBe("not_authentic");
    }
    const longer = Buffer.concat([box, Buffer.alloc(1)]);
    expect(reasonOf(() => ring.open({ keyId, box: longer }, PLACE))).toBe("not_authentic");
  });

  test.each([
    { row: "0199c5d2-1111-7abc-8def-000000000002" },
    { row: "" },
    { column: "refresh_token" },
    { table: "totp_secrets" },
    // The same letters with another border between them.
    { table: "provider_tokensaccess", column: "_token" },
    { column: `access_token","${PLACE.row}`, row: "" },
  ])("moved to %o does not open", (other) => {
    const sealed = ring.seal(SECRET, PLACE);
    expect(reasonOf(() => ring.open(sealed, { ...PLACE, ...other }))).toBe("not_authentic");
  });
});

describe("another key", () => {
  test("of the same id does not open it", () => {
    const other = new KeyRing([["k1", k2]]);
    expect(reasonOf(() => other.open(ring.seal(SECRET, PLACE), PLACE))).toBe("not_authentic");
  });

  test("of an unknown id is named as the reason", () => {
    const other = new KeyRing([["k2", k2]]);
    expect(reasonOf(() => other.open(ring.seal(SECRET, PLACE), PLACE))).toBe("unknown_key");
    expect(reasonOf(() => ring.open({ ...ring.seal(SECRET, PLACE), keyId: "__proto__" }, PLACE))).toBe("unknown_key");
  });

  test("whose id was swapped in does not open it, not even where the bytes are the same", () => {
    const both = new KeyRing([
      ["k1", k1],
      ["k2", k1],
    ]);
    expect(reasonOf(() => both.open({ ...both.seal(SECRET, PLACE), keyId: "k2" }, PLACE))).toBe("not_authentic");
  });
});

test("rotation: the first key writes, every key reads, and a key that is gone reads no more", () => {
  const seals: Sealed[] = [ring.seal(SECRET, PLACE)];
  const second = new KeyRing([
    ["k2", k2],
    ["k1", k1],
  ]);
  seals.push(second.seal(SECRET, PLACE));
  const third = new KeyRing([
    ["k3", k3],
    ["k2", k2],
    ["k1", k1],
  ]);
  seals.push(third.seal(SECRET, PLACE));
  expect(seals.map(({ keyId }) => keyId)).toEqual(["k1", "k2", "k3"]);
  expect(seals.map((sealed) => third.open(sealed, PLACE))).toEqual([SECRET, SECRET, SECRET]);
  const last = new KeyRing([["k3", k3]]);
  expect(seals.map((sealed) => reasonOf(() => last.open(sealed, PLACE)))).toEqual([
    "unknown_key",
    "unknown_key",
    "opened",
  ]);
});

test("a ring that is printed shows no key", () => {
  const printed = [inspect(ring, { depth: 9, showHidden: true }), JSON.stringify(ring), String(ring)].join();
  for (const encoding of ["base64", "hex", "latin1"] as const) expect(printed).not.toContain(k1.toString(encoding));
  expect(printed).not.toContain(String(k1[0]).concat(", ", String(k1[1])));
});

describe("a ring as text", () => {
  const text = (id: string, key: Buffer = randomBytes(32)) => `${id}:${key.toString("base64")}`;
  const problemsOf = (ringText: string) => parseKeyRing(ringText).problems ?? [];

  test("has its first key write, takes both alphabets, padded or not, and spaces around entries", () => {
    const parsed = parseKeyRing(
      `${text("a-1", k1)}, b_2:${k2.toString("base64url")} ,${text("C", k3).replace("=", "")}`,
    );
    if (parsed.problems) throw new Error(parsed.problems.join());
    expect(parsed.ring.writes).toBe("a-1");
    expect(parsed.ring.open(new KeyRing([["b_2", k2]]).seal(SECRET, PLACE), PLACE)).toBe(SECRET);
    expect(parsed.ring.open(new KeyRing([["C", k3]]).seal(SECRET, PLACE), PLACE)).toBe(SECRET);
  });

  test.each<[string, string, RegExp]>([
    ["no colon", k1.toString("base64"), /^key 1 must be id:base64$/],
    ["two colons", `a:${text("b")}`, /^key 1 must be id:base64$/],
    ["nothing after the comma", `${text("a")},`, /^key 2 must be id:base64$/],
    ["no id", text(""), /^key 1 needs an id/],
    ["an id with a space", text("a b"), /^key 1 needs an id/],
    ["an id too long", text("a".repeat(33)), /^key 1 needs an id/],
    ["31 bytes", text("a", randomBytes(31)), /^key 1 must be 32 bytes/],
    ["33 bytes", text("a", randomBytes(33)), /^key 1 must be 32 bytes/],
    ["no base64", `a:${"!".repeat(43)}`, /^key 1 must be 32 bytes/],
    ["no key", "a:", /^key 1 must be 32 bytes/],
    ["zeros", text("a", Buffer.alloc(32)), /^key 1 is no random key$/],
    ["one id twice", `${text("a")},${text("a")}`, /^key 2 has the id of another one$/],
    ["one key twice", `${text("a", k1)},${text("b", k1)}`, /^key 2 is another one under a second id$/],
  ])("with %s is refused", (_, ringText, problem) => {
    expect(problemsOf(ringText)).toEqual([expect.stringMatching(problem)]);
  });

  test("is told of everything that is wrong at once, and nothing of what was written", () => {
    const secret = randomBytes(31).toString("base64");
    const problems = problemsOf(`${secret},sesame:${secret},hunter2 x:${secret},${text("ok")}`);
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toMatch(/sesame|hunter2/);
    expect(problems.join()).not.toContain(secret.slice(0, 8));
  });
});
