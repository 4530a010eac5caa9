"use client";
/** A question before something that does not come back, in a native modal dialog. Escape and Cancel leave everything as it is. */
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "@/ui/button";

type ConfirmDialogProps = {
  open: boolean;
  title: string;
  children: ReactNode;
  /** What is done, as a verb and its object: "End 3 sessions". */
  confirm: string;
  /** What stands in its place while it is being done: "Ending…". */
  doing: string;
  busy: boolean;
  onConfirm: () => void;
  /** Asks for `open` to become false. */
  onClose: () => void;
  /** The dialog is gone, and the focus back where it came from. */
  onClosed?: () => void;
};

export function ConfirmDialog({
  open,
  title,
  children,
  confirm,
  doing,
  busy,
  onConfirm,
  onClose,
  onClosed,
}: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-text`}
      onClose={() => {
        onClose();
        onClosed?.();
      }}
      className="m-auto w-full max-w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-line bg-raised p-5 text-text backdrop:bg-black/50"
    >
      <h2 id={`${id}-title`} className="font-semibold text-base">
        {title}
      </h2>
      <p id={`${id}-text`} className="mt-1 text-muted text-sm">
        {children}
      </p>
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        {/* First, and so where the focus begins: an Enter too many changes nothing. */}
        <Button onClick={onClose}>Cancel</Button>
        <Button weight="danger" aria-disabled={busy} onClick={() => !busy && onConfirm()}>
          {busy ? doing : confirm}
        </Button>
      </div>
    </dialog>
  );
}
