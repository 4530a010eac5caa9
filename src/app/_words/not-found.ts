/** What is not there, and what is not the visitor's to see: the two look the same. */
export const NOT_FOUND = "There is nothing at this address, or it is not yours to see.";
