/** The foot of a list that goes on: a button that fetches more in place, or without JavaScript a link to what follows. */
import { ChevronDown } from "lucide-react";
import { Button, buttonClass } from "@/ui/button";

type LoadMoreProps = {
  olderHref: string;
  /** What the link says, where the list is not one of times. */
  olderWord?: string;
  loading: boolean;
  loadMore: () => void;
};

export function LoadMore({ olderHref, olderWord = "Older", loading, loadMore }: LoadMoreProps) {
  return (
    <div className="flex justify-center p-3">
      {/* Not disabled while it loads: that would throw the focus away. */}
      <Button aria-disabled={loading} onClick={() => !loading && loadMore()} className="min-w-40 scripting-none:hidden">
        <ChevronDown className="size-4" />
        {loading ? "Loading…" : "Load more"}
      </Button>
      <a href={olderHref} className={`${buttonClass()} scripting:hidden`}>
        {olderWord}
      </a>
    </div>
  );
}
