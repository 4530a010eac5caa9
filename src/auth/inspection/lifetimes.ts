/** The instants in the life of a session and of its token. Pure. */

export type Lifetimes = {
  /** When the token in the browser was made; null where no token can be seen. */
  issuedAt: Date | null;
  /** From when on `/api/auth/session` answers with a new token. */
  rotationDueAt: Date | null;
  tokenExpiresAt: Date | null;
  lastUsedAt: Date;
  /** The session ends then unless it is used before. */
  idleExpiresAt: Date;
  /** The session ends then, however much it is used. */
  absoluteExpiresAt: Date;
};

type Settings = { SESSION_ROTATE_S: number; SESSION_IDLE_S: number };

function moment(seconds: number | undefined, after = 0): Date | null {
  return seconds === undefined ? null : new Date((seconds + after) * 1000);
}

export function lifetimesOf(
  token: { iat?: number; exp?: number } | null,
  row: { lastUsedAt: Date; expiresAt: Date },
  settings: Settings,
): Lifetimes {
  return {
    issuedAt: moment(token?.iat),
    rotationDueAt: moment(token?.iat, settings.SESSION_ROTATE_S),
    tokenExpiresAt: moment(token?.exp),
    lastUsedAt: row.lastUsedAt,
    idleExpiresAt: new Date(row.lastUsedAt.getTime() + settings.SESSION_IDLE_S * 1000),
    absoluteExpiresAt: row.expiresAt,
  };
}
