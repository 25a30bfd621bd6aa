/** Checks that a text is well-formed XML 1.0, as strictly as an image viewer would; the parts that SVG needs, without DTDs. */

const NAME = '[A-Za-z_:][\\w:.-]*';
const TEXT = '(?:[^<&"\']|&(?:amp|lt|gt|quot|apos|#\\d+|#x[0-9a-fA-F]+);)*';
const TAG = new RegExp(
  `^<(/?)(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"(?:${TEXT}|')*"|'(?:${TEXT}|")*'))*)\\s*(/?)>$`,
);
const CONTENT = /^(?:[^<&]|&(?:amp|lt|gt|quot|apos|#\d+|#x[0-9a-fA-F]+);)*$/;
const FORBIDDEN = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\ufffe\uffff]/u;

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Text of the element without that of its children. */
  text: string;
  readonly children: XmlElement[];
}

/** Parses XML. @throws Error that says what is wrong */
export function parseXml(xml: string): XmlElement {
  if (FORBIDDEN.test(xml)) throw new Error('a character that XML forbids');
  const root: XmlElement = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  for (const token of xml.match(/<[^>]*>|[^<]+/g) ?? []) {
    const parent = open.at(-1)!;
    if (!token.startsWith('<')) {
      if (!CONTENT.test(token)) throw new Error(`not text: ${token}`);
      parent.text += decoded(token);
      continue;
    }
    const [, closing, name, list, empty] = TAG.exec(token) ?? fail(`not a tag: ${token}`);
    if (closing) {
      if (parent.name !== name) throw new Error(`</${name}> closes <${parent.name}>`);
      open.pop();
      continue;
    }
    const element: XmlElement = { name: name!, attributes: attributesOf(list!), text: '', children: [] };
    parent.children.push(element);
    if (!empty) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open.at(-1)!.name}> is not closed`);
  if (root.children.length !== 1 || root.text.trim() !== '') throw new Error('expected one root element');
  return root.children[0]!;
}

/** Lists an element and all elements below it, in document order. */
export function* descendants(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* descendants(child);
}

function attributesOf(list: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name, value] of list.matchAll(new RegExp(`(${NAME})\\s*=\\s*("[^"]*"|'[^']*')`, 'g'))) {
    if (name! in found) throw new Error(`${name} twice`);
    found[name!] = decoded(value!.slice(1, -1));
  }
  return found;
}

function decoded(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) =>
    name ? named[name]! : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}

function fail(message: string): never {
  throw new Error(message);
}
