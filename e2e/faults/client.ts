/** A client that tries to sign in and keeps a journal of its own: what it asked, and what it was told. */
import { randomUUID } from "node:crypto";
import { workbench } from "../workbench";

export type Kind = "right" | "wrong" | "unknown" | "bad_csrf" | "forged_link" | "stray_callback";

/** What the row of an attempt must say, by what was sent. */
export const EXPECTED: Record<Kind, string | null> = {
  right: null,
  wrong: "wrong_password",
  unknown: "unknown_user",
  bad_csrf: "csrf_rejected",
  forged_link: "invalid_token",
  stray_callback: "provider_not_allowed",
};

export type Told = {
  /** The `error` code of the answer, or null when it signed in. */
  error: string | null;
  session: string | null;
  status: number;
};
export type Entry = { requestId: string; kind: Kind; told: Told | null };

type Sent = { email?: string; password?: string; headers?: Record<string, string>; requestId?: string };

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

export class Client {
  readonly journal: Entry[] = [];
  private csrf: { token: string; cookie: string } | null = null;

  constructor(private origin: string) {}

  moveTo(origin: string): void {
    this.origin = origin;
  }

  /** The CSRF token of this client and the cookie that goes with it. */
  async csrfPair(): Promise<{ token: string; cookie: string }> {
    if (!this.csrf) {
      const answer = await fetch(`${this.origin}/api/auth/csrf`);
      const { csrfToken } = (await answer.json()) as { csrfToken: string };
      this.csrf = { token: csrfToken, cookie: cookiesOf(answer) };
    }
    return this.csrf;
  }

  /** Makes one attempt. An answer that never came leaves `told` null. */
  async attempt(kind: Kind, sent: Sent = {}): Promise<Entry> {
    const { token, cookie } = await this.csrfPair();
    const entry: Entry = { requestId: sent.requestId ?? randomUUID(), kind, told: null };
    this.journal.push(entry);
    const form: Record<string, string> = { csrfToken: kind === "bad_csrf" ? "0".repeat(64) : token };
    let path = "/api/auth/callback/credentials";
    if (kind === "forged_link") {
      path = "/api/auth/callback/token";
      form.token = "A".repeat(43);
    } else if (kind === "stray_callback") {
      path = "/api/auth/callback/nobody";
    } else {
      form.email = sent.email ?? (kind === "unknown" ? `${entry.requestId}@nowhere.test` : "member@acme.test");
      form.password = sent.password ?? (kind === "right" ? workbench.password : "not the password");
    }
    try {
      const answer = await fetch(`${this.origin}${path}`, {
        method: "POST",
        redirect: "manual",
        headers: { cookie, "x-request-id": entry.requestId, ...sent.headers },
        body: new URLSearchParams(form),
      });
      const location = new URL(answer.headers.get("location") ?? "/", this.origin);
      const session = /gatebook\.session=([^;]+)/.exec(answer.headers.getSetCookie().join("\n"))?.[1] ?? null;
      entry.told = { error: location.searchParams.get("error"), session, status: answer.status };
    } catch {
      // The server went away in the middle: nothing was acknowledged.
    }
    return entry;
  }

  /** The session endpoint's answer for a cookie. */
  session(cookie: string): Promise<Response> {
    return fetch(`${this.origin}/api/auth/session`, { headers: { cookie: `gatebook.session=${cookie}` } });
  }
}

const MIX: Kind[] = [
  "wrong",
  "right",
  "unknown",
  "bad_csrf",
  "forged_link",
  "stray_callback",
  "bad_csrf",
  "forged_link",
];

/** Attempts of all kinds from `lanes` at once, until `stop` answers true. Servers that went away are tried again. */
export async function mixedLoad(clients: Client[], lanes: number, stop: () => boolean): Promise<void> {
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      const client = clients[lane % clients.length];
      for (let turn = lane; client && !stop(); turn += 1) {
        const kind = MIX[turn % MIX.length] ?? "wrong";
        try {
          await client.attempt(kind);
        } catch {
          // No CSRF token from a server that is away: not an attempt yet.
        }
        await new Promise((resolve) => setImmediate(resolve));
      }
    }),
  );
}
