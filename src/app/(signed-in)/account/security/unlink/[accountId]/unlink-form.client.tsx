"use client";
/** Removes a provider. A refusal that a person can do something about is said here; what is unexpected, beside the page. */
import { useRouter } from "next/navigation";
import { CurrentPassword } from "@/app/(signed-in)/account/security/proof-once-more";
import { trpc } from "@/trpc/hooks.client";
import { Button, buttonClass } from "@/ui/button";
import { ErrorSummary } from "@/ui/error-summary.client";

type UnlinkFormProps = { accountId: string; name: string; email: string; asksPassword: boolean };

export function UnlinkForm({ accountId, name, email, asksPassword }: UnlinkFormProps) {
  const router = useRouter();
  const utils = trpc.useUtils();
  const unlink = trpc.account.unlinkProvider.useMutation({
    onSuccess: () => {
      void utils.account.security.invalidate();
      router.push("/account/security?unlinked=1");
    },
  });
  const { httpStatus, reason } = unlink.error?.data ?? {};
  const expected = httpStatus !== undefined && httpStatus < 500 && httpStatus !== 401;
  const words = expected ? unlink.error?.message : undefined;
  return (
    <form
      method="post"
      className="flex max-w-md flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (unlink.isPending) return;
        const typed = new FormData(event.currentTarget).get("password");
        unlink.mutate({ accountId, currentPassword: typeof typed === "string" ? typed : "" });
      }}
    >
      {words && <ErrorSummary key={unlink.submittedAt}>{words}</ErrorSummary>}
      <p className="hidden text-muted text-sm scripting-none:block">Removing a provider needs JavaScript.</p>
      <div className="flex flex-col gap-4 scripting-none:hidden">
        {asksPassword && <CurrentPassword email={email} problem={reason === "wrong_password" ? words : undefined} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" weight="danger" aria-disabled={unlink.isPending}>
            {unlink.isPending ? "Removing…" : `Remove ${name}`}
          </Button>
          <a href="/account/security" className={buttonClass({ weight: "quiet" })}>
            Cancel
          </a>
        </div>
      </div>
    </form>
  );
}
