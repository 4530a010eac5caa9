"use client";
/** Where Next looks for what stands in for a page behind the sign-in that could not be made. */
export { ErrorInShell as default } from "@/app/(signed-in)/error-in-shell.client";
