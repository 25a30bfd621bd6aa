/** Every name and member that a user can see has a doc comment, and every type that a signature names is exported. */
import ts from 'typescript-5.4';
import { describe, expect, it } from 'vitest';
import { checker, declarations, edit, exported, file, program, service } from '../support/declared.js';

/** Declarations of the exports of all entries, each once, with the name of its export. */
const declared = new Map<ts.Declaration, string>();
for (const { entry, name, symbol } of exported) {
  for (const declaration of symbol.declarations ?? []) {
    if (!declared.has(declaration)) declared.set(declaration, `${entry}: ${name}`);
  }
}

const isMember = (node: ts.Node): node is ts.ClassElement | ts.TypeElement =>
  ts.isClassElement(node) || ts.isTypeElement(node);

/** Returns true for a member that a user does not see. */
function isHidden(member: ts.ClassElement | ts.TypeElement): boolean {
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return true;
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
}

/** Returns the text of the comment above a node; empty if there is none. */
function commentAbove(node: ts.Node): string {
  const comments = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return comments.map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join('');
}

/**
 * Returns the text that an editor shows for a member: the comment above it, that of the member that it overrides, or that of the
 * other side of an intersection.
 */
function commentOf(types: ts.TypeChecker, member: ts.ClassElement | ts.TypeElement): string {
  const above = commentAbove(member);
  const symbol = member.name && types.getSymbolAtLocation(member.name);
  if (above !== '' || symbol === undefined) return above;
  const all = ts.findAncestor(member, ts.isIntersectionTypeNode);
  const merged = all && types.getTypeFromTypeNode(all).getProperty(symbol.name);
  const single = symbol.declarations?.length === 1 ? symbol : undefined;
  return [single, merged].map((one) => ts.displayPartsToString(one?.getDocumentationComment(types))).join('');
}

/** Lists the members within a declaration, however deep, that have no comment: 'name.member.member'. */
function undocumentedMembers(types: ts.TypeChecker, node: ts.Node, path: string): string[] {
  const found: string[] = [];
  ts.forEachChild(node, (child) => {
    if (!isMember(child)) {
      found.push(...undocumentedMembers(types, child, path));
      return;
    }
    if (isHidden(child)) return;
    const name = `${path}.${child.name?.getText() ?? ts.SyntaxKind[child.kind]}`;
    // The entries of a record have no names of their own.
    if (!ts.isIndexSignatureDeclaration(child) && commentOf(types, child).trim() === '') found.push(name);
    found.push(...undocumentedMembers(types, child, name));
  });
  return found;
}

/** Returns the names of a declaration and of its members that have no comment. */
function undocumented(types: ts.TypeChecker, declaration: ts.Declaration, name: string): string[] {
  const own = commentAbove(declaration).trim() === '' ? [name] : [];
  return [...own, ...undocumentedMembers(types, declaration, name)];
}

/** Returns the symbol that a type names; undefined for a node that names none. */
function namedBy(node: ts.Node): ts.Symbol | undefined {
  const name = ts.isTypeReferenceNode(node)
    ? node.typeName
    : ts.isExpressionWithTypeArguments(node)
      ? node.expression
      : ts.isImportTypeNode(node)
        ? node.qualifier
        : undefined;
  const symbol = name && checker.getSymbolAtLocation(name);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Lists the types of this package that a declaration names but no entry exports. */
function hiddenTypes(node: ts.Node, name: string): string[] {
  const found: string[] = [];
  const visit = (child: ts.Node) => {
    if (isMember(child) && isHidden(child)) return;
    const symbol = namedBy(child);
    const own = symbol?.declarations?.filter(
      (one) => one.getSourceFile().fileName.startsWith(declarations) && !ts.isTypeParameterDeclaration(one),
    );
    if (own?.length && !own.some((one) => declared.has(one))) found.push(`${name}: ${symbol!.name}`);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return [...new Set(found)];
}

/** Searches a text, of which each semicolon and brace ends a line, for the tests of the search itself. */
function undocumentedIn(text: string): string[] {
  edit(text.replace(/[{};] /g, '$&\n'));
  const current = service.getProgram()!;
  const { statements } = current.getSourceFile(file)!;
  const all = statements.flatMap((one): ts.Declaration[] =>
    ts.isVariableStatement(one) ? [...one.declarationList.declarations] : [one as ts.DeclarationStatement],
  );
  return all.flatMap((one) => undocumented(current.getTypeChecker(), one, 'x'));
}

describe('doc comments', () => {
  it('are looked for in all exports', () => {
    expect(declared.size).toBeGreaterThan(300);
    expect([...declared.values()]).toEqual(
      expect.arrayContaining(['evenkeel: LayerCheck', 'evenkeel/lab: fiveStarts']),
    );
  });

  it('stand above every export and every member, of nested types and overloads too', () => {
    expect([...declared].flatMap(([declaration, name]) => undocumented(checker, declaration, name))).toEqual(
      [],
    );
  });

  it.each<[text: string, missing: string[]]>([
    ['export interface A { readonly b: number }', ['x', 'x.b']],
    ['/** A. */ export interface A { /** B. */ readonly b: { readonly c: number } }', ['x.b.c']],
    [
      '/** A. */ export interface A { (b: number): void; new (b: number): A }',
      ['x.CallSignature', 'x.ConstructSignature'],
    ],
    [
      '/** A. */ export declare class A { #a; private b; constructor(); c(): void; get d(): number }',
      ['x.Constructor', 'x.c', 'x.d'],
    ],
    ['/** A. */ export type A = readonly { readonly b: number }[] | { /** C. */ c: 1 };', ['x.b']],
    ['/** */ export declare const a: { /** B. */ readonly b: 1 };', ['x']],
    ['/** @deprecated */ export declare const a: 1;', ['x']],
    ['/** A. */ export declare function a(): { b: 1 }; export declare function a(b: 1): 2;', ['x.b', 'x']],
    ['/** A. */ export interface A { /** B. */ b(): 1; b(c: 1): 2 }', ['x.b']],
    ['/** A. */ export type A = { [key: string]: { b: 1 } };', ['x.IndexSignature.b']],
    // An editor shows the text of the base and of the other side.
    ['/** A. */ export interface A { /** B. */ b?: 1 } /** C. */ export interface C extends A { b: 1 }', []],
    [
      '/** A. */ export interface A { /** B. */ b?: 1 } /** C. */ export type C = A & ({ b: 1 } | { c: 1 })',
      ['x.c'],
    ],
  ])('are missed in %s', (text, missing) => {
    expect(undocumentedIn(text)).toEqual(missing);
  });
});

describe('types that a declaration names', () => {
  it('are exported from an entry', () => {
    expect([...declared].flatMap(([declaration, name]) => hiddenTypes(declaration, name))).toEqual([]);
  });

  it('are found wherever they stand', () => {
    const [first] = declared.keys();
    const name = declared.get(first!)!;
    const used = [...declared].filter(([one]) => hiddenTypes(one, '').length === 0);
    // Without its own export, a type is hidden in every declaration that names it.
    declared.delete(first!);
    const hidden = used.flatMap(([one]) => hiddenTypes(one, ''));
    declared.set(first!, name);
    expect(hidden).toContain(`: ${name.split(': ')[1]}`);
  });
});

it('the declarations are those of this package', () => {
  const files = [...declared.keys()].map((one) => one.getSourceFile().fileName);
  expect(files.filter((path) => !path.startsWith(declarations))).toEqual([]);
  expect(program.getSourceFiles().length).toBeGreaterThan(100);
});
