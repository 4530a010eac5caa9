"use client";
/** The inspector as a page: the address holds the request whose events are shown. */
import { useSearchParams } from "next/navigation";
import { Inspector } from "@/app/(signed-in)/dev/session/inspector.client";
import { inspectorHref } from "@/app/(signed-in)/dev/session/inspector-href";

export function InspectorPage() {
  const requestId = useSearchParams().get("requestId");
  return (
    <Inspector
      requestId={requestId}
      chooseRequest={(chosen) => window.history.pushState(null, "", inspectorHref(chosen))}
    />
  );
}
