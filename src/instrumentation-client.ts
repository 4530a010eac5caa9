/** Runs in the browser before the page. Error reports are loaded only where a DSN is set: without one nothing is fetched. */

const dsn = document.querySelector<HTMLMetaElement>('meta[name="gatebook-error-reports"]')?.content;

if (dsn) {
  import("@/platform/sentry-browser.client")
    .then(({ startBrowserReports }) => startBrowserReports(dsn))
    // A blocked or failed download of the reporter must not become an error of the page.
    .catch(() => {});
}
