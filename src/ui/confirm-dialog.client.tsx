"use client";
/** A question before something that does not come back. Escape and Cancel leave everything as it is. */
import type { ReactNode } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog.client";

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
  return (
    <Dialog open={open} title={title} text={children} onClose={onClose} onClosed={onClosed}>
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        {/* First, and so where the focus begins: an Enter too many changes nothing. */}
        <Button onClick={onClose}>Cancel</Button>
        <Button weight="danger" aria-disabled={busy} onClick={() => !busy && onConfirm()}>
          {busy ? doing : confirm}
        </Button>
      </div>
    </Dialog>
  );
}
