"use client";
/** A button that copies a text, and says whether it could. */
import { Check, Copy } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "@/ui/button";
import { announce } from "@/ui/status-region.client";

const SHOWN_MS = 2000;

type CopyButtonProps = { text: string | (() => string); children: ReactNode };

export function CopyButton({ text, children }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<string | null>(null);

  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  async function copy() {
    let said = "Copied";
    try {
      // Browsers offer the clipboard to secure pages alone.
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
    } catch {
      said = "Couldn't copy";
    }
    setOutcome(said);
    announce(`${said}.`);
  }

  const Icon = outcome === "Copied" ? Check : Copy;
  return (
    <Button size="small" onClick={copy}>
      <Icon className="size-4" />
      {outcome ?? children}
    </Button>
  );
}
