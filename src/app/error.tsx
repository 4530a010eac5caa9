"use client";
/** Where Next looks for the page that stands in for one that could not be made. */
export { ErrorPage as default } from "@/app/error-page.client";
