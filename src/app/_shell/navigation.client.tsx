"use client";
/** The links of the shell. On small screens they fold into a menu, which closes once a page has been chosen. */
import clsx from "clsx";
import {
  BookOpen,
  Building2,
  ClockCheck,
  Gauge,
  type LucideIcon,
  Menu,
  MonitorSmartphone,
  PlugZap,
  ScanSearch,
  ScrollText,
  ShieldCheck,
  UserRound,
  Users,
} from "lucide-react";
import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useEffect, useRef } from "react";
import type { NavigationGroup, SectionId } from "@/app/_shell/sections";
import { buttonClass } from "@/ui/button";

const icons: Record<SectionId, LucideIcon> = {
  profile: UserRound,
  activity: ClockCheck,
  sessions: MonitorSmartphone,
  security: ShieldCheck,
  overview: Gauge,
  "sign-ins": ScrollText,
  audit: BookOpen,
  users: Users,
  organizations: Building2,
  sso: PlugZap,
  inspector: ScanSearch,
};

/** @param children what the menu says below its links */
export function Navigation({ groups, children }: { groups: NavigationGroup[]; children: ReactNode }) {
  const path = usePathname();
  const menu = useRef<HTMLDetailsElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the menu closes because the path has changed
  useEffect(() => menu.current?.removeAttribute("open"), [path]);

  return (
    <details ref={menu} className="unfold-lg group lg:flex-1">
      <summary className={clsx(buttonClass({ weight: "quiet", size: "small" }), "list-none")}>
        <Menu className="size-4" />
        Menu
      </summary>
      <nav
        aria-label="Main"
        className="absolute inset-x-0 top-full z-10 flex flex-col gap-5 border-line border-y bg-raised p-4 lg:static lg:border-0 lg:bg-transparent lg:p-0"
      >
        {groups.map(({ label, destinations }) => (
          <div key={label} className="flex flex-col gap-1">
            <p className="px-3 pb-1 font-medium text-muted text-xs">{label}</p>
            <ul className="flex flex-col gap-0.5">
              {destinations.map(({ id, label, href }) => (
                <li key={id}>
                  <NavigationLink href={href} icon={icons[id]} current={path === href}>
                    {label}
                  </NavigationLink>
                </li>
              ))}
            </ul>
          </div>
        ))}
        {children}
      </nav>
    </details>
  );
}

type NavigationLinkProps = { href: string; icon: LucideIcon; current: boolean; children: string };

function NavigationLink({ href, icon: Icon, current, children }: NavigationLinkProps) {
  return (
    // Not prefetched: reading the history is itself recorded, and must mean that somebody asked.
    <Link
      href={href}
      prefetch={false}
      aria-current={current ? "page" : undefined}
      className={clsx(
        "flex min-h-11 items-center gap-2.5 rounded-md px-3 text-sm lg:min-h-9",
        current ? "bg-accent-soft font-semibold text-accent" : "font-medium hover:bg-hover",
      )}
    >
      <Icon className="size-4 shrink-0" />
      {children}
      <Pending />
    </Link>
  );
}

/** Shows that the click was taken when the page needs longer than 300 ms. */
function Pending() {
  const { pending } = useLinkStatus();
  return pending ? <span role="presentation" className="appear-late ml-auto size-2 rounded-full bg-accent" /> : null;
}
