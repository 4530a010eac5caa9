/** A page with one thing on it: signing in, its stations, and messages. The mark above, the theme switch below. */
import type { ReactNode } from "react";
import { ThemeSwitch } from "@/app/_shell/theme-switch";
import { QuietFrame } from "@/ui/quiet-frame";

export function QuietPage({ children, note }: { children: ReactNode; note?: ReactNode }) {
  return (
    <QuietFrame
      footer={
        <>
          {note && <p className="max-w-100 text-balance">{note}</p>}
          <ThemeSwitch />
        </>
      }
    >
      {children}
    </QuietFrame>
  );
}
