/** A request's id, as a link to the events that it has left. */
import { inspectorHref } from "@/app/(signed-in)/dev/session/inspector-href";

type RequestLinkProps = { requestId: string; chooseRequest: (requestId: string) => void };

export function RequestLink({ requestId, chooseRequest }: RequestLinkProps) {
  return (
    <a
      href={inspectorHref(requestId)}
      onClick={(event) => {
        event.preventDefault();
        chooseRequest(requestId);
      }}
      className="inline-block rounded-sm font-mono leading-6 underline decoration-control underline-offset-2 [overflow-wrap:anywhere] hover:text-text"
    >
      <span className="sr-only">Events of request </span>
      {requestId}
    </a>
  );
}
