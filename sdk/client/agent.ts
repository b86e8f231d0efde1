/** Name and version of this SDK, as servers see it. A test compares the version with package.json. */
export const agent = 'polywire-js/0.1.0';
