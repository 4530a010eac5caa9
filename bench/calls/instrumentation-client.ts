/** Nothing to do in the browser. The file keeps Next from taking the product's, which lies above this folder. */
export {};
