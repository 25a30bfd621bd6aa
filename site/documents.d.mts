export const groups: Readonly<Record<string, readonly string[]>>;
export const documents: readonly string[];
export const titles: Readonly<Record<string, string>>;
