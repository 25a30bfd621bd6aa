/** Contents of the files beside an ONNX file, by the names that it gives them. */
export type ExternalFiles = Readonly<Record<string, Uint8Array | ArrayBuffer>>;
