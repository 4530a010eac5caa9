/** How many sign-ins are fetched at a time: by the server for the first view, and by the browser for more. */
export const PAGE_SIZE = 50;
