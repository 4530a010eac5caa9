/** Signing out: a plain form, always in sight. */
import { LogOut } from "lucide-react";
import { Button } from "@/ui/button";

export function SignOutForm({ csrfToken }: { csrfToken: string }) {
  return (
    <form method="post" action="/api/auth/signout">
      <input type="hidden" name="csrfToken" value={csrfToken} />
      <input type="hidden" name="callbackUrl" value="/sign-in" />
      <Button type="submit" size="small">
        <LogOut className="size-4" />
        Sign out
      </Button>
    </form>
  );
}
