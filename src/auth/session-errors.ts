/** The two ways of having no session that must never be confused: it is over, or nobody can say right now. */

/** The session was ended, has expired or was idle too long. */
export class SessionEnded extends Error {
  constructor() {
    super("The session has ended.");
    this.name = "SessionEnded";
  }
}

/** The database cannot be asked. The browser keeps its cookie and is signed in again once it can. */
export class SessionUnavailable extends Error {
  constructor(options?: ErrorOptions) {
    super("The session cannot be checked right now.", options);
    this.name = "SessionUnavailable";
  }
}
