"use client";
/**
 * Messages about something that happened aside from where the person looks. They stay until they are dismissed: what
 * has gone wrong must not vanish while it is being read. F8 brings the focus to the newest, Escape dismisses and
 * brings it back.
 */
import { X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useSyncExternalStore } from "react";
import { Alert, type Tone } from "@/ui/alert";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button.client";

export type Toast = {
  tone: Tone;
  title: string;
  text: string /** What to quote to whoever can help. */;
  reference?: string;
};

type ShownToast = Toast & { id: number };

const SHOWN = 3;
const NONE: readonly ShownToast[] = [];

let toasts = NONE;
let lastId = 0;
const listeners = new Set<() => void>();

function replace(next: readonly ShownToast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export function showToast(toast: Toast): void {
  lastId += 1;
  replace([{ ...toast, id: lastId }, ...toasts].slice(0, SHOWN));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => NONE,
  );
  const region = useRef<HTMLElement>(null);
  const cameFrom = useRef<Element | null>(null);

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const first = region.current?.querySelector("button");
      if (event.key !== "F8" || !first) return;
      event.preventDefault();
      cameFrom.current = document.activeElement;
      first.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  function dismiss(id: number) {
    const inside = region.current?.contains(document.activeElement);
    replace(toasts.filter((toast) => toast.id !== id));
    if (inside && cameFrom.current instanceof HTMLElement) cameFrom.current.focus();
  }

  if (shown.length === 0) return null;
  return (
    <section
      ref={region}
      aria-label="Notifications (F8)"
      className="fixed inset-x-4 bottom-4 z-20 flex flex-col gap-2 sm:left-auto sm:w-100"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} dismiss={() => dismiss(toast.id)} />
      ))}
    </section>
  );
}

function ToastCard({ toast, dismiss }: { toast: Toast; dismiss: () => void }) {
  const { tone, title, text, reference } = toast;
  const onKeyDown = (event: KeyboardEvent) => event.key === "Escape" && dismiss();
  return (
    <div
      role="alert"
      onKeyDown={onKeyDown}
      className="animate-[appear_120ms_linear] rounded-md bg-page motion-reduce:animate-none"
    >
      <Alert
        tone={tone}
        title={title}
        actions={
          <>
            {reference && <CopyButton text={reference}>Copy reference</CopyButton>}
            <Button size="small" onClick={dismiss}>
              <X className="size-4" />
              Dismiss
            </Button>
          </>
        }
      >
        {text}
        {reference && (
          <>
            {" "}
            Reference <code className="select-all font-mono text-xs [overflow-wrap:anywhere]">{reference}</code>
          </>
        )}
      </Alert>
    </div>
  );
}
