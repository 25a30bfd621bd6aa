/** `evenkeel/report`: what the library measured, as text, SVG and HTML. */
export {};
