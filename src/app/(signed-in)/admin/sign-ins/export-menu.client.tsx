"use client";
/**
 * Takes the list away as a file, with how far it is and a way to stop; afterwards, under which event it stands in the book.
 * Without JavaScript the same links download it.
 */
import { Download, X } from "lucide-react";
import { type MouseEvent, useEffect, useRef, useState } from "react";
import { bytesWords, exportHref, type Format, formats } from "@/app/(signed-in)/admin/sign-ins/export";
import type { SignInFilter } from "@/audit/history";
import { trpc } from "@/trpc/hooks.client";
import { Alert } from "@/ui/alert";
import { Button } from "@/ui/button";
import { Menu } from "@/ui/menu";
import { announce } from "@/ui/status-region.client";

type State =
  | { kind: "idle" }
  | { kind: "running"; bytes: number }
  | { kind: "done"; name: string; bytes: number; eventId: string }
  | { kind: "cancelled" }
  | { kind: "failed"; reference: string | null };

/** Hands a file to the browser, as a link to it would. */
function save(parts: BlobPart[], name: string): void {
  const url = URL.createObjectURL(new Blob(parts));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function nameOf(answer: Response, format: Format): string {
  const given = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1];
  return given ?? `sign-ins.${format === "csv" ? "csv" : "ndjson"}`;
}

export function ExportMenu({ filter }: { filter: SignInFilter }) {
  const [state, setState] = useState<State>({ kind: "idle" });
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  async function start(event: MouseEvent, format: Format) {
    event.preventDefault();
    event.currentTarget.closest("details")?.removeAttribute("open");
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setState({ kind: "running", bytes: 0 });
    let reference: string | null = null;
    try {
      const answer = await fetch(exportHref(format, filter), { signal: controller.signal });
      reference = answer.headers.get("x-request-id");
      const reader = answer.body?.getReader();
      if (!answer.ok || !reader) throw new Error("refused");
      const parts: BlobPart[] = [];
      let bytes = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        parts.push(value);
        bytes += value.byteLength;
        setState({ kind: "running", bytes });
      }
      const name = nameOf(answer, format);
      save(parts, name);
      setState({ kind: "done", name, bytes, eventId: answer.headers.get("x-export-id") ?? "" });
      announce("The export is done.");
    } catch {
      setState(controller.signal.aborted ? { kind: "cancelled" } : { kind: "failed", reference });
    }
  }

  return (
    <>
      <Menu label="Export" icon={Download}>
        {formats.map(({ id, words, hint }) => (
          <a
            key={id}
            href={exportHref(id, filter)}
            download
            onClick={(event) => void start(event, id)}
            className="flex min-h-9 flex-col justify-center rounded-sm px-3 py-1 hover:bg-hover"
          >
            {words} <span className="text-muted text-xs">{hint}</span>
          </a>
        ))}
      </Menu>
      {state.kind !== "idle" && (
        <div className="order-last w-full">
          <Outcome state={state} cancel={() => running.current?.abort()} dismiss={() => setState({ kind: "idle" })} />
        </div>
      )}
    </>
  );
}

type OutcomeProps = { state: Exclude<State, { kind: "idle" }>; cancel: () => void; dismiss: () => void };

function Outcome({ state, cancel, dismiss }: OutcomeProps) {
  const close = (
    <Button size="small" weight="quiet" onClick={dismiss}>
      <X className="size-4" /> Close<span className="sr-only"> this message</span>
    </Button>
  );
  switch (state.kind) {
    case "running":
      return (
        <Alert
          tone="info"
          actions={
            <Button size="small" onClick={cancel}>
              Cancel
            </Button>
          }
        >
          Exporting: {bytesWords(state.bytes)} so far.
        </Alert>
      );
    case "done":
      return (
        <Alert tone="success" title={`${state.name}, ${bytesWords(state.bytes)}`} actions={close}>
          <Recorded eventId={state.eventId} />
        </Alert>
      );
    case "cancelled":
      return (
        <Alert tone="info" actions={close}>
          The export was cancelled. How far it got is recorded.
        </Alert>
      );
    case "failed":
      return (
        <Alert tone="failure" title="The export didn't finish" actions={close}>
          No file was saved.{state.reference && ` Reference ${state.reference}`}
        </Alert>
      );
  }
}

/** What the book says of the export: rows and SHA-256, to hold the file against. */
function Recorded({ eventId }: { eventId: string }) {
  const { data } = trpc.audit.get.useQuery({ id: eventId }, { enabled: eventId !== "" });
  const { rows, sha256 } = data?.details ?? {};
  return (
    <span className="[overflow-wrap:anywhere]">
      {typeof rows === "number" && `${rows.toLocaleString("en")} sign-ins. `}
      {typeof sha256 === "string" && (
        <>
          SHA-256 <code className="font-mono text-xs">{sha256}</code>.{" "}
        </>
      )}
      Recorded as event <code className="font-mono text-xs">{eventId}</code>.
    </span>
  );
}
