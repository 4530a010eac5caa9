"use client";
/** Where Next looks for the document that stands in when the root layout fails. */
export { GlobalErrorPage as default } from "@/app/global-error-page.client";
