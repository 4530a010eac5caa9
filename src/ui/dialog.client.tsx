"use client";
/** A native modal dialog with a title and a text. Escape closes it; the focus goes back to where it came from. */
import { type ReactNode, useEffect, useId, useRef } from "react";

type DialogProps = {
  open: boolean;
  title: string;
  text: ReactNode;
  children: ReactNode;
  /** Asks for `open` to become false. */
  onClose: () => void;
  /** The dialog is gone, and the focus back where it came from. */
  onClosed?: () => void;
};

export function Dialog({ open, title, text, children, onClose, onClosed }: DialogProps) {
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
        // The event comes late: by then the dialog may have been opened again.
        if (dialog.current?.open) return;
        if (open) onClose();
        onClosed?.();
      }}
      className="m-auto w-full max-w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-line bg-raised p-5 text-text backdrop:bg-black/50"
    >
      <h2 id={`${id}-title`} className="font-semibold text-base [overflow-wrap:anywhere]">
        {title}
      </h2>
      <p id={`${id}-text`} className="mt-1 text-muted text-sm">
        {text}
      </p>
      {children}
    </dialog>
  );
}
