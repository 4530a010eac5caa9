/** The URL to register at the provider, to be copied. */
import { CopyButton } from "@/ui/copy-button.client";

export function CallbackUrl({ url }: { url: string }) {
  return (
    <div className="flex flex-col gap-1.5 text-sm">
      <span className="font-medium">Callback URL</span>
      <span className="text-muted text-xs">
        Register it at the provider, letter by letter. Some call it redirect URI or sign-in URL.
      </span>
      <span className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 rounded-md bg-sunken px-2 py-1 [overflow-wrap:anywhere]">{url}</code>
        <CopyButton text={url}>Copy</CopyButton>
      </span>
    </div>
  );
}
