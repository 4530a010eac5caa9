/** Sealed cookies: what is put in comes out, for its purpose, under its secret and in its time only. */
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { linkOffer, pendingLink } from "@/auth/linking/seals";
import { sealedCookie } from "@/auth/sealed-cookie";
import { decodeSessionToken, encodeSessionToken } from "@/auth/session-token";
import { setClock } from "@/platform/clock";

const SECRET = "a secret for tests only, long enough to pass";
const shape = z.object({ word: z.string() });
const kind = sealedCookie("test", shape, 60);
let restore = () => {};
afterEach(() => restore());

test("opens what it has sealed, until its time is over", async () => {
  const start = Date.now();
  const text = await kind.seal({ word: "hidden" }, SECRET);
  expect(text).not.toContain("hidden");
  expect(await kind.open(text, SECRET)).toEqual({ word: "hidden" });
  restore = setClock(() => new Date(start + 58_000));
  expect(await kind.open(text, SECRET)).toEqual({ word: "hidden" });
  restore();
  restore = setClock(() => new Date(start + 61_000));
  expect(await kind.open(text, SECRET)).toBeNull();
});

test("opens nothing of another purpose, secret or shape, nothing changed, and nothing that is not there", async () => {
  const text = await kind.seal({ word: "hidden" }, SECRET);
  expect(await kind.open(text, `${SECRET}!`)).toBeNull();
  expect(await kind.open(`${text.slice(0, -4)}AAAA`, SECRET)).toBeNull();
  expect(await kind.open(undefined, SECRET)).toBeNull();
  expect(await kind.open("", SECRET)).toBeNull();
  expect(await sealedCookie("another", shape, 60).open(text, SECRET)).toBeNull();
  expect(await sealedCookie("test", z.object({ other: z.string() }), 60).open(text, SECRET)).toBeNull();
});

test("no session token opens as one, and none as a session token or as the other of the two", async () => {
  const id = "0198a1b2-0000-7000-8000-000000000001";
  const link = await pendingLink.seal({ sessionId: id, userId: id, provider: "openid", state: "s" }, SECRET);
  const offer = { userId: id, provider: "openid", subject: "s", email: "a@b.test", madeAt: 1 };
  const sealedOffer = await linkOffer.seal(offer, SECRET);
  const session = await encodeSessionToken({ sid: id, ...offer }, SECRET, 60);
  expect(await linkOffer.open(session, SECRET)).toBeNull();
  expect(await linkOffer.open(link, SECRET)).toBeNull();
  expect(await pendingLink.open(sealedOffer, SECRET)).toBeNull();
  await expect(decodeSessionToken(sealedOffer, SECRET)).rejects.toThrow();
});
