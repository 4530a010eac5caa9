/** The two ways of having no session that must never be confused: it is over, or nobody can say right now. */
import { requestScope } from "@/platform/request-scope";

/** The session was ended, has expired or was idle too long. */
export class SessionEnded extends Error {
  constructor() {
    super("The session has ended.");
    this.name = "SessionEnded";
  }
}

/** The database cannot be asked. The browser keeps its cookie and is signed in again once it can. */
export class SessionUnavailable extends Error {
  /** All that Next hands to an error page in production: which error, and the reference to give to an operator. */
  readonly digest = `unavailable.${requestScope()?.requestId ?? ""}`;

  constructor(options?: ErrorOptions) {
    super("The session cannot be checked right now.", options);
    this.name = "SessionUnavailable";
  }
}
