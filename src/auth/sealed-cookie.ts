/**
 * Cookies that carry what a round trip must find again: encrypted, good for one purpose and for a short time. What was
 * sealed for one purpose opens for no other, and no session token opens as one of them. Pure but for the clock.
 */
import { hkdfSync } from "node:crypto";
import { EncryptJWT, jwtDecrypt } from "jose";
import type { z } from "zod";
import { now } from "@/platform/clock";

type Shape = z.ZodType<Record<string, unknown>>;

export type SealedCookie<T> = {
  /** How long a sealed value is good, in seconds. */
  readonly seconds: number;
  seal: (value: T, secret: string) => Promise<string>;
  /** Null for what was not sealed here for this purpose, and for what is too old. */
  open: (text: string | undefined, secret: string) => Promise<T | null>;
};

/**
 * @param purpose words that no other purpose has: the key is derived from them
 * @param seconds how long it is good
 */
export function sealedCookie<S extends Shape>(purpose: string, shape: S, seconds: number): SealedCookie<z.output<S>> {
  const keyOf = (secret: string) => new Uint8Array(hkdfSync("sha256", secret, "", `Gatebook ${purpose}`, 32));
  return {
    seconds,
    seal: (value, secret) => {
      const issuedAt = Math.floor(now().getTime() / 1000);
      return new EncryptJWT(value)
        .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + seconds)
        .encrypt(keyOf(secret));
    },
    open: async (text, secret) => {
      if (!text) return null;
      try {
        const { payload } = await jwtDecrypt(text, keyOf(secret), {
          currentDate: now(),
          requiredClaims: ["exp"],
          keyManagementAlgorithms: ["dir"],
          contentEncryptionAlgorithms: ["A256GCM"],
        });
        return shape.parse(payload);
      } catch {
        return null;
      }
    },
  };
}
