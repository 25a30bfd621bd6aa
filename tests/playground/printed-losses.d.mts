/**
 * Runs the text of a program in Node, and returns all losses that it prints: training and test, network by network.
 *
 * @param files  texts of the files that the program reads, by their names
 */
export function printedLosses(program: string, files?: Readonly<Record<string, string>>): number[];
