/** Where `--json` of the laboratory goes. */

/** A file; true or '-' for standard output, in place of text. */
export type JsonOption = string | true | undefined;

export function jsonFile(json: JsonOption): string | undefined {
  return json === true || json === '-' ? undefined : json;
}

export function isTextWanted(json: JsonOption): boolean {
  return json === undefined || jsonFile(json) !== undefined;
}

export function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
