/**
 * onnx.proto for @bufbuild/protobuf, as far as the library reads it. The numbers and types are from onnx/onnx.proto of onnx/onnx,
 * not from the library's own table.
 */
import { create, createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

const OPTIONAL = Label.OPTIONAL;
const REPEATED = Label.REPEATED;

type Field = readonly [number: number, name: string, label: Label, type: Type | string, packed?: true];

const messages: Readonly<Record<string, readonly Field[]>> = {
  ModelProto: [
    [1, 'ir_version', OPTIONAL, Type.INT64],
    [2, 'producer_name', OPTIONAL, Type.STRING],
    [3, 'producer_version', OPTIONAL, Type.STRING],
    [7, 'graph', OPTIONAL, 'GraphProto'],
    [8, 'opset_import', REPEATED, 'OperatorSetIdProto'],
    [14, 'metadata_props', REPEATED, 'StringStringEntryProto'],
  ],
  OperatorSetIdProto: [
    [1, 'domain', OPTIONAL, Type.STRING],
    [2, 'version', OPTIONAL, Type.INT64],
  ],
  StringStringEntryProto: [
    [1, 'key', OPTIONAL, Type.STRING],
    [2, 'value', OPTIONAL, Type.STRING],
  ],
  GraphProto: [
    [1, 'node', REPEATED, 'NodeProto'],
    [2, 'name', OPTIONAL, Type.STRING],
    [5, 'initializer', REPEATED, 'TensorProto'],
    [11, 'input', REPEATED, 'ValueInfoProto'],
    [12, 'output', REPEATED, 'ValueInfoProto'],
    [15, 'sparse_initializer', REPEATED, Type.BYTES],
  ],
  NodeProto: [
    [1, 'input', REPEATED, Type.STRING],
    [2, 'output', REPEATED, Type.STRING],
    [3, 'name', OPTIONAL, Type.STRING],
    [4, 'op_type', OPTIONAL, Type.STRING],
    [5, 'attribute', REPEATED, 'AttributeProto'],
    [7, 'domain', OPTIONAL, Type.STRING],
  ],
  AttributeProto: [
    [1, 'name', OPTIONAL, Type.STRING],
    [2, 'f', OPTIONAL, Type.FLOAT],
    [3, 'i', OPTIONAL, Type.INT64],
    [4, 's', OPTIONAL, Type.STRING],
    [5, 't', OPTIONAL, 'TensorProto'],
    [7, 'floats', REPEATED, Type.FLOAT],
    [8, 'ints', REPEATED, Type.INT64],
    [9, 'strings', REPEATED, Type.STRING],
    [20, 'type', OPTIONAL, Type.INT64],
  ],
  TensorProto: [
    [1, 'dims', REPEATED, Type.INT64],
    [2, 'data_type', OPTIONAL, Type.INT64],
    [4, 'float_data', REPEATED, Type.FLOAT, true],
    [5, 'int32_data', REPEATED, Type.INT32, true],
    [6, 'string_data', REPEATED, Type.STRING],
    [7, 'int64_data', REPEATED, Type.INT64, true],
    [8, 'name', OPTIONAL, Type.STRING],
    [9, 'raw_data', OPTIONAL, Type.BYTES],
    [10, 'double_data', REPEATED, Type.DOUBLE, true],
    [13, 'external_data', REPEATED, 'StringStringEntryProto'],
    [14, 'data_location', OPTIONAL, Type.INT64],
  ],
  ValueInfoProto: [
    [1, 'name', OPTIONAL, Type.STRING],
    [2, 'type', OPTIONAL, 'TypeProto'],
  ],
  TypeProto: [[1, 'tensor_type', OPTIONAL, 'TypeProto_Tensor']],
  TypeProto_Tensor: [
    [1, 'elem_type', OPTIONAL, Type.INT64],
    [2, 'shape', OPTIONAL, 'TensorShapeProto'],
  ],
  TensorShapeProto: [[1, 'dim', REPEATED, 'TensorShapeProto_Dimension']],
  TensorShapeProto_Dimension: [
    [1, 'dim_value', OPTIONAL, Type.INT64],
    [2, 'dim_param', OPTIONAL, Type.STRING],
  ],
};

const file = create(FileDescriptorProtoSchema, {
  name: 'onnx.proto',
  package: 'onnx',
  syntax: 'proto2',
  messageType: Object.entries(messages).map(([name, fields]) => ({
    name,
    field: fields.map(([number, field, label, type, packed]) => ({
      number,
      name: field,
      label,
      ...(typeof type === 'string' ? { type: Type.MESSAGE, typeName: `.onnx.${type}` } : { type }),
      ...(packed && { options: { packed: true } }),
    })),
  })),
});
const registry = createFileRegistry(file, () => undefined);
const model = registry.getMessage('onnx.ModelProto') as DescMessage;

/** Fields of a message by their numbers, which the library's names do not enter. */
export type Plain = ReadonlyMap<number, unknown>;

/** Reads a file by @bufbuild/protobuf. @throws if it breaks the rules of protobuf */
export function readByBuf(bytes: Uint8Array): Plain {
  return plain(model, fromBinary(model, bytes) as unknown as Record<string, unknown>);
}

function plain(type: DescMessage, message: Record<string, unknown>): Plain {
  const found = new Map<number, unknown>();
  for (const field of type.fields) {
    // Fields that are absent are in the prototype.
    const value = Object.hasOwn(message, field.localName) ? message[field.localName] : undefined;
    if (value === undefined) continue;
    const nested =
      field.fieldKind === 'list' ? field.message : field.fieldKind === 'message' ? field.message : undefined;
    const one = (each: unknown): unknown =>
      nested !== undefined
        ? plain(nested, each as Record<string, unknown>)
        : typeof each === 'bigint'
          ? Number(each)
          : each;
    if (!Array.isArray(value)) found.set(field.number, one(value));
    else if (value.length > 0) found.set(field.number, value.map(one));
  }
  return found;
}
