"use client";
/** What a page says when it could not be made: an outage of ours, or something unexpected, with a reference to quote. */
import { useEffect } from "react";
import { Button } from "@/ui/button";

/** The digest that an outage carries from the server; what follows the prefix is the request id. */
const OUTAGE = "unavailable.";

function digestOf(error: unknown): string | null {
  const digest = typeof error === "object" && error !== null && "digest" in error ? error.digest : null;
  return typeof digest === "string" && digest !== "" ? digest : null;
}

export function FailureMessage({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = digestOf(error);
  // What a boundary has caught reaches no error handler of the page. With a digest the server has reported it already.
  useEffect(() => {
    if (digest === null) reportError(error);
  }, [error, digest]);
  const outage = digest?.startsWith(OUTAGE) ?? false;
  const reference = outage ? digest?.slice(OUTAGE.length) : digest;
  return (
    <div role="alert" className="flex flex-col items-start gap-4">
      <h1 className="font-semibold text-lg tracking-tight">
        {outage ? "We can't reach our database" : "Something went wrong"}
      </h1>
      <p>
        {outage
          ? "Nothing was lost, and nobody was signed out. Try again in a minute."
          : "That was our fault. It has been noted; trying again often helps."}
      </p>
      <Button weight="primary" onClick={retry}>
        Retry
      </Button>
      {reference && (
        <p className="text-muted text-sm">
          Reference <code className="select-all font-mono [overflow-wrap:anywhere]">{reference}</code>
        </p>
      )}
    </div>
  );
}
