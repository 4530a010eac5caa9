/** What is not there, and what is not the visitor's to see: the two look the same. */
import { QuietPage } from "@/app/_shell/quiet-page";
import { buttonClass } from "@/ui/button";

export default function NotFound() {
  return (
    <QuietPage>
      <h1 className="font-semibold text-lg tracking-tight">Not found</h1>
      <p>There is nothing at this address, or it is not yours to see.</p>
      <a href="/" className={buttonClass()}>
        Go to the start
      </a>
    </QuietPage>
  );
}
