export function packInto(folder: string): string;
