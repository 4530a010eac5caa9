/** `gatebook session inspect`: what a session cookie from a bug report says, and what has become of its session. */
import { text as readAll } from "node:stream/consumers";
import { connect } from "@db/connect.server";
import { explainClaims } from "@/auth/inspection/claims";
import { pastedToken } from "@/auth/inspection/cookie-text";
import { lifetimesOf } from "@/auth/inspection/lifetimes";
import { type SessionState, stateOf } from "@/auth/inspection/state";
import { findSessionRecord, type SessionRecord } from "@/auth/session.store.server";
import { openExpiredToo } from "@/auth/session-token";
import { now } from "@/platform/clock";
import { partOfEnv } from "@/platform/env";
import { isId } from "@/platform/ids";

const OPTIONAL = ["DATABASE_URL", "SESSION_IDLE_S", "SESSION_ROTATE_S"] as const;

type Line = [name: string, value: string, hint?: string];

function block(title: string, lines: Line[]): string {
  const width = Math.max(...lines.map(([name]) => name.length));
  const rows = lines.map(([name, value, hint]) => {
    const indent = " ".repeat(width + 4);
    return `  ${name.padEnd(width)}  ${value}\n${hint ? `${indent}${hint}\n` : ""}`;
  });
  return `${title}\n${rows.join("")}\n`;
}

const endings = {
  signed_out: "the person signed out",
  revoked: "it was ended from another session or by an administrator",
  user_disabled: "the account was disabled",
  credentials_changed: "a credential of the account was changed",
};

function stateWords(state: SessionState): string {
  switch (state.kind) {
    case "live":
      return "live";
    case "ended":
      return `ended at ${state.at.toISOString()}: ${endings[state.reason]} (${state.reason})`;
    case "account_disabled":
      return `dead since ${state.at.toISOString()}: the account is disabled`;
    case "expired":
      return `expired at ${state.at.toISOString()}: it had reached its last moment`;
    case "idle":
      return `idle: it was not used in time, and ended at ${state.at.toISOString()}`;
  }
}

/** The row, or a sentence that says why it cannot be shown. */
async function findRow(url: string | undefined, sid: string): Promise<SessionRecord | string> {
  if (url === undefined) return "not looked up: DATABASE_URL is not set";
  const db = connect(url, 1);
  try {
    return (await findSessionRecord(db, sid)) ?? "there is none: another database, or it was removed";
  } catch (error) {
    return `not looked up: the database cannot be asked (${error instanceof Error ? error.message : "unknown"})`;
  } finally {
    await db.destroy();
  }
}

export const sessionInspect = {
  summary: "what a session cookie says, and what has become of its session",
  help: `Usage: npm run gatebook -- session inspect COOKIE
       npm run gatebook -- session inspect -    (reads it from standard input, past the shell's history)

COOKIE is the bare token, name=value, a whole Cookie header, or all chunks (name.0=...; name.1=...).
Needs NEXTAUTH_SECRET, the one with which the cookie was made. With DATABASE_URL it also says whether the
session lives, or when it ended and why. Neither the token nor another secret is printed.
Exit code 1 when the cookie does not open.
`,
  ownEnvironment: true,
  async run(args: string[]): Promise<void> {
    if (args.length === 0) throw new Error("give a session cookie, or - to read it from standard input");
    const pasted = pastedToken(args.length === 1 && args[0] === "-" ? await readAll(process.stdin) : args.join("; "));
    const settings = partOfEnv(["NEXTAUTH_SECRET"], OPTIONAL);
    const claims = await openExpiredToo(pasted.token, settings.NEXTAUTH_SECRET).catch(() => {
      throw new Error("it does not open: made with another NEXTAUTH_SECRET, or damaged, or cut off");
    });
    const at = now();
    const { name, token, chunks } = pasted;
    const bytes = Buffer.byteLength(name === null ? token : `${name}=${token}`);
    const expired = claims.exp !== undefined && claims.exp * 1000 <= at.getTime();
    const lines = [
      block("Cookie", [
        ["name", name ?? "not given: a bare token"],
        ["size", `${bytes} bytes in ${chunks} ${chunks === 1 ? "cookie" : "chunks"}`],
        ["token", expired ? "opens, but has expired: nobody is signed in with it" : "opens"],
      ]),
      block(
        "Claims",
        explainClaims(claims).map((claim) => [
          claim.name,
          claim.at ? `${claim.value}  ${claim.at.toISOString()}` : String(claim.value),
          claim.meaning,
        ]),
      ),
    ];
    const { sid } = claims;
    const row = sid && isId(sid) ? await findRow(settings.DATABASE_URL, sid) : "none: the token names no session";
    if (typeof row === "string") lines.push(block("Session", [["row", row]]));
    else {
      const lifetimes = lifetimesOf(claims, row, settings);
      lines.push(
        block("Session", [
          ["state", stateWords(stateOf(row, at, settings.SESSION_IDLE_S))],
          ["user", `${row.userId} (${row.email})`],
          ["signed in", `${row.createdAt.toISOString()} with ${row.authMethod} (${row.provider})`],
          ["from", `${row.ip ?? "unknown address"}, ${row.userAgent ?? "unknown browser"}`],
          ["rotation due", lifetimes.rotationDueAt?.toISOString() ?? "unknown"],
          ["last used", row.lastUsedAt.toISOString()],
          ["idle expiry", lifetimes.idleExpiresAt.toISOString()],
          ["last moment", row.expiresAt.toISOString()],
        ]),
      );
    }
    process.stdout.write(lines.join("").trimEnd().concat("\n"));
  },
};
