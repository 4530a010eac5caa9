"use client";
/** The panel of TanStack Devtools with our session inspector in it. While it is closed, nothing in it runs. */
import { TanStackDevtools } from "@tanstack/react-devtools";
import { useEffect, useRef, useState } from "react";
import { Inspector } from "@/app/(signed-in)/dev/session/inspector.client";

const config = { position: "bottom-right", panelLocation: "bottom" } as const;
const plugins = [
  {
    id: "gatebook-session",
    name: "Session",
    defaultOpen: true,
    render: (_: HTMLElement, { devtoolsOpen }: { devtoolsOpen: boolean }) => <Dock open={devtoolsOpen} />,
  },
];

export function DevtoolsPanel() {
  return <TanStackDevtools plugins={plugins} config={config} />;
}

function Dock({ open }: { open: boolean }) {
  return open ? <SessionPanel /> : null;
}

function SessionPanel() {
  const [requestId, setRequestId] = useState<string | null>(null);
  const content = useRef<HTMLDivElement>(null);

  // The page ends above the panel: its last lines can be scrolled into sight.
  useEffect(() => {
    const dock = content.current?.closest("#tanstack_devtools");
    if (!dock) return;
    const observer = new ResizeObserver(() => {
      document.body.style.paddingBottom = `${dock.clientHeight}px`;
    });
    observer.observe(dock);
    return () => {
      observer.disconnect();
      document.body.style.removeProperty("padding-bottom");
    };
  }, []);

  return (
    <div ref={content} className="h-full overflow-y-auto bg-page p-4 font-sans text-text">
      <Inspector requestId={requestId} chooseRequest={setRequestId} />
    </div>
  );
}
