/**
 * NextAuth's logger is one for the whole process, so ours holds nothing of any request: it finds the attempt through
 * AsyncLocalStorage, notes on it what only the logger is ever told, and logs a code without the provider's free text.
 */
import type { LoggerInstance } from "next-auth";
import { currentAttempt, noteRefusal } from "@/auth/attempt/attempt";
import { refusalFromProviderError } from "@/auth/attempt/provider-errors";
import { SessionEnded, SessionUnavailable } from "@/auth/session-errors";
import { log } from "@/platform/log";

function errorOf(metadata: unknown): unknown {
  if (metadata instanceof Error) return metadata;
  if (metadata !== null && typeof metadata === "object" && "error" in metadata) return metadata.error;
  return null;
}

const PROVIDER_CODES = new Set(["OAUTH_CALLBACK_ERROR", "SIGNIN_OAUTH_ERROR", "OAUTH_PARSE_PROFILE_ERROR"]);

export const authLogger: Partial<LoggerInstance> = {
  error(code: string, metadata: unknown) {
    const error = errorOf(metadata);
    if (error instanceof SessionEnded || error instanceof SessionUnavailable) return;
    const attempt = currentAttempt();
    if (attempt && PROVIDER_CODES.has(code)) {
      // Refused before: what is logged now is a consequence.
      if (attempt.refusal) return;
      noteRefusal(attempt, refusalFromProviderError(error));
      log().info({ code, provider: attempt.provider, refusal: attempt.refusal }, "the provider's round trip failed");
      return;
    }
    // The provider sent the browser back with an error: the request itself says so, and it has been noted.
    if (code === "OAUTH_CALLBACK_HANDLER_ERROR" && !(metadata instanceof Error)) return;
    // A token that cannot be read: expired, of another secret, or forged. NextAuth answers with no session.
    if (code === "JWT_SESSION_ERROR") {
      log().info({ code, name: error instanceof Error ? error.name : "unknown" }, "a session cookie could not be read");
      return;
    }
    if (attempt) attempt.error ??= error;
    log().warn({ code, err: error }, "sign-in library error");
  },
  warn(code: string) {
    log().warn({ code }, "sign-in library warning");
  },
  debug() {},
};
