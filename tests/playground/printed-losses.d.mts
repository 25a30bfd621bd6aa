/** Runs the text of a program in Node, and returns all losses that it prints: training and test, network by network. */
export function printedLosses(program: string): number[];
