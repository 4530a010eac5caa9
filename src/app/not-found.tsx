/** What is not there, for a visitor, or at an address that no page has. */
import { QuietPage } from "@/app/_shell/quiet-page";
import { NOT_FOUND } from "@/app/_words/not-found";
import { buttonClass } from "@/ui/button";

export default function NotFound() {
  return (
    <QuietPage>
      <h1 className="font-semibold text-lg tracking-tight">Not found</h1>
      <p>{NOT_FOUND}</p>
      <a href="/" className={buttonClass()}>
        Go to the start
      </a>
    </QuietPage>
  );
}
