/** The product's mark, a gate whose opening is a ruled page, with its name. */

export function Brand() {
  return (
    <span className="inline-flex items-center gap-2.5">
      <svg viewBox="0 0 32 32" className="size-6 shrink-0" aria-hidden="true">
        <rect width="32" height="32" rx="7" className="fill-accent" />
        <g className="fill-none stroke-on-accent stroke-[2.6] [stroke-linecap:round]">
          <path d="M7.5 26V15a8.5 8.5 0 0 1 17 0v11" />
          <path d="M13 15h6M13 20h6M13 25h6" />
        </g>
      </svg>
      <span className="font-semibold text-base tracking-tight max-[22.5rem]:sr-only">Gatebook</span>
    </span>
  );
}
