"use client";
/** A list of which the first entries are shown, and the rest on demand. */
import { type ReactNode, useState } from "react";
import { Button } from "@/ui/button";

const SHOWN = 10;

export function ShortList({ items, noun }: { items: ReactNode[]; noun: string }) {
  const [whole, setWhole] = useState(false);
  return (
    <>
      <ul className="divide-y divide-line">{whole ? items : items.slice(0, SHOWN)}</ul>
      {items.length > SHOWN && (
        <div className="flex justify-center border-line border-t p-2">
          <Button size="small" weight="quiet" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? `The newest ${SHOWN} ${noun}` : `All ${items.length} ${noun}`}
          </Button>
        </div>
      )}
    </>
  );
}
