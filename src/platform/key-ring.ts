/**
 * Encrypts what must lie in the database but be of no use to whoever reads it there: AES-256-GCM under a ring of keys,
 * of which the first one writes and all of them read. What was sealed for one place opens in no other. Pure.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from "node:crypto";

/** Where a sealed text lies. It opens there and nowhere else: not in another row, not in another column. */
export type Place = { table: string; column: string; row: string };

/** A nonce of 12 bytes, the ciphertext and a tag of 16, with the id of the key that opens it. */
export type Sealed = { keyId: string; box: Buffer };

/** Thrown by {@link KeyRing.open}. Says nothing of the text or the key. */
export class UnsealError extends Error {
  /** @param reason `unknown_key`: the ring has no key of that id; `not_authentic`: not sealed by that key for that place */
  constructor(readonly reason: "unknown_key" | "not_authentic") {
    super(`A sealed text could not be opened: ${reason}.`);
    this.name = "UnsealError";
  }
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** What is authenticated besides the text. JSON, so that no two places can read the same. */
function boundTo(keyId: string, { table, column, row }: Place): Buffer {
  return Buffer.from(JSON.stringify(["gatebook", keyId, table, column, row]));
}

export class KeyRing {
  // Private to the runtime and opaque to printing: a ring in a log line or an error report shows no key.
  readonly #keys: ReadonlyMap<string, KeyObject>;
  /** The id of the key that writes. */
  readonly writes: string;

  /** @param keys at least one; the first one writes. 32 bytes each */
  constructor(keys: readonly (readonly [id: string, bytes: Uint8Array])[]) {
    const [first] = keys;
    if (!first) throw new Error("A key ring needs a key.");
    this.writes = first[0];
    this.#keys = new Map(keys.map(([id, bytes]) => [id, createSecretKey(bytes)]));
  }

  seal(text: string, place: Place): Sealed {
    const keyId = this.writes;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(keyId), nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(keyId, place));
    const box = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return { keyId, box };
  }

  /** @throws UnsealError when it was not sealed by a key of this ring for this place */
  open({ keyId, box }: Sealed, place: Place): string {
    const key = this.#key(keyId);
    if (box.length < NONCE_BYTES + TAG_BYTES) throw new UnsealError("not_authentic");
    const decipher = createDecipheriv(CIPHER, key, box.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(boundTo(keyId, place));
    decipher.setAuthTag(box.subarray(-TAG_BYTES));
    const text = decipher.update(box.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch {
      throw new UnsealError("not_authentic");
    }
  }

  #key(id: string): KeyObject {
    const key = this.#keys.get(id);
    if (!key) throw new UnsealError("unknown_key");
    return key;
  }
}

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/**
 * Reads `id:base64,id:base64`.
 * @returns the ring, or every problem with it. Problems name an entry by its place alone: any part of it may be a secret
 */
export function parseKeyRing(text: string): { ring: KeyRing; problems?: undefined } | { problems: string[] } {
  const problems: string[] = [];
  const keys: [string, Buffer][] = [];
  for (const [index, entry] of text.split(",").entries()) {
    const problem = (what: string) => problems.push(`key ${index + 1} ${what}`);
    const [id = "", encoded, ...more] = entry.trim().split(":");
    const bytes = Buffer.from(encoded ?? "", "base64");
    if (encoded === undefined || more.length > 0) problem("must be id:base64");
    else if (!KEY_ID.test(id)) problem("needs an id of 1 to 32 letters, digits, - or _");
    else if (!BASE64.test(encoded) || bytes.length !== KEY_BYTES) {
      problem(`must be ${KEY_BYTES} bytes in base64; make one with: openssl rand -base64 ${KEY_BYTES}`);
    } else if (bytes.every((byte) => byte === bytes[0])) problem("is no random key");
    else if (keys.some(([known]) => known === id)) problem("has the id of another one");
    else if (keys.some(([, known]) => known.equals(bytes))) problem("is another one under a second id");
    else keys.push([id, bytes]);
  }
  return problems.length > 0 ? { problems } : { ring: new KeyRing(keys) };
}
