"use client";
/** Which keys do what in the list, and whether single letters do anything (WCAG 2.1.4). */
import { useSyncExternalStore } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog.client";

const KEYS: [keys: string[], what: string][] = [
  [["↑", "↓", "j", "k"], "Move from row to row"],
  [["←", "→"], "Move from cell to cell"],
  [["Home", "End", "Page Up", "Page Down"], "Move far"],
  [["Enter"], "Open the details"],
  [["Esc"], "Close them, back to the row"],
  [["f"], "Filter by the cell"],
  [["/"], "Go to the filter"],
  [["?"], "Show these keys"],
];

const KEY = "gatebook-letter-keys";
const listeners = new Set<() => void>();

function readLetters(): boolean {
  try {
    return window.localStorage.getItem(KEY) !== "off";
  } catch {
    // A browser that keeps nothing for us.
    return true;
  }
}

function writeLetters(on: boolean): void {
  try {
    window.localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    return;
  }
  for (const listener of listeners) listener();
}

/** Whether single letters are keys in this browser. */
export function useLetterKeys(): boolean {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
    readLetters,
    () => true,
  );
}

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const letters = useLetterKeys();
  return (
    <Dialog open={open} title="Keys in the list" text="They work while the focus is in it." onClose={onClose}>
      <dl className="mt-3 flex flex-col gap-2 text-sm">
        {KEYS.map(([keys, what]) => (
          <div key={what} className="flex items-center justify-between gap-4">
            <dt className="flex flex-wrap gap-1">
              {keys.map((key) => (
                <kbd key={key} className="rounded-sm border border-control bg-sunken px-1.5 font-mono text-xs/5">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd className="text-right text-muted">{what}</dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex min-h-9 items-center gap-2 text-sm">
        <input type="checkbox" checked={letters} onChange={(event) => writeLetters(event.target.checked)} />
        Single letters are keys
      </label>
      <div className="mt-4 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
