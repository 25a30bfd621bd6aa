/** Renders the documents and the API with TypeDoc. */
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { Application, Context, Converter, KindRouter, PageEvent, ReflectionKind } from 'typedoc';
import { documents, groups, titles } from './documents.mjs';

/** Declarations of the package's entries, and the names by which programs import them. */
function entries() {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const found = Object.entries(exports).flatMap(([name, target]) => {
    const types = target.types ?? target.import?.types;
    return types ? [[types.slice(2), `evenkeel${name.slice(1)}`]] : [];
  });
  return Object.fromEntries(found);
}

const groupOf = Object.fromEntries(
  Object.entries(groups).flatMap(([group, paths]) => paths.map((path) => [path, group])),
);

/** Returns the path of a document in the repository. */
const pathOf = (document) =>
  relative('', document.project.files.getReflectionPath(document)).replaceAll('\\', '/');

/** Addresses of pages: documents have those of the repository, and the API is in folders by kind. */
class Router extends KindRouter {
  getIdealBaseName(reflection) {
    if (reflection.isDocument()) return pathOf(reflection).replace(/\.md$/, '');
    return super.getIdealBaseName(reflection);
  }
}

/** Names a document as its heading does, and puts it into its group. */
function placeDocument(_, document) {
  const path = pathOf(document);
  document.name = titles[path] ?? /^# (.+)$/m.exec(document.content[0].text)[1];
  document.frontmatter.group = groupOf[path];
  names.set(basename(path), document.name);
}

/** Names of the documents by their file names, such as 'Training' by 'training.md'. */
const names = new Map();

/** Gives a link that is called by the file of a document the document's name. */
function nameLinks({ tokens }) {
  for (const { children } of tokens) {
    children?.forEach((token, i) => {
      const text = children[i + 1];
      if (token.type === 'link_open' && names.has(text.content)) text.content = names.get(text.content);
    });
  }
}

/** Names a module as programs import it, and shows types such as `keyof typeof table` as the names that they stand for. */
function adaptDeclaration(modules, context, reflection) {
  const [declaration] = context.getSymbolFromReflection(reflection)?.declarations ?? [];
  if (reflection.kindOf(ReflectionKind.Module)) reflection.name = modules[relative('', declaration.fileName)];
  if (reflection.kindOf(ReflectionKind.TypeAlias) && /\btypeof\b/.test(declaration.type.getText()))
    reflection.comment?.modifierTags.add('@useDeclaredType');
}

/**
 * Makes TypeDoc show constants that are functions, such as `heNormal`, as functions. It does so for those marked `@function`, because a
 * declaration does not say that the value is an arrow function.
 */
function markFunctions() {
  const { getComment } = Context.prototype;
  Context.prototype.getComment = function (symbol, kind) {
    const comment = getComment.call(this, symbol, kind);
    const isFunction =
      kind === ReflectionKind.Variable && this.checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0;
    if (isFunction) comment?.modifierTags.add('@function');
    return comment;
  };
}

/**
 * Highlights a block of each language. TypeDoc's highlighter gives up a line after half a second, which the first ones of a language
 * take on a busy machine.
 */
function warmUp(theme) {
  const samples = new Map();
  for (const path of documents) {
    for (const [, language, code] of readFileSync(path, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm))
      samples.set(language, code);
  }
  for (const [language, code] of [...samples, ...samples]) theme.markedPlugin.getHighlighted(code, language);
}

/**
 * Makes `site:` addresses, which lead to files beside TypeDoc's, relative to the page. Marks the content for screen readers, and lets
 * signatures and charts, which may scroll, have the keyboard's focus.
 */
function adaptPage(page) {
  const up = '../'.repeat(page.url.split('/').length - 1);
  page.contents = page.contents
    ?.replaceAll('href="site:', `href="${up}`)
    .replace('<div class="col-content">', '<div class="col-content" role="main">')
    .replaceAll('<div class="tsd-signature">', '<div class="tsd-signature" tabindex="0">')
    .replaceAll(/<p>(?=<img src="[^"]*\.svg"[^>]*><\/p>)/g, '<p class="chart" tabindex="0">');
}

/** Writes documents and API into a folder. @throws Error if TypeDoc warns of anything */
export async function render(out) {
  const modules = entries();
  const app = await Application.bootstrap({
    name: 'evenkeel',
    entryPoints: Object.keys(modules),
    tsconfig: 'site/tsconfig.json',
    readme: 'site/home.md',
    projectDocuments: [...documents],
    router: 'repository',
    validation: {
      notExported: true,
      invalidLink: true,
      invalidPath: true,
      rewrittenLink: true,
      notDocumented: false,
    },
    suppressCommentWarningsInDeclarationFiles: false,
    // The type of the global variable, which repeats what other entries export.
    intentionallyNotExported: ['whole'],
    disableSources: true,
    excludePrivate: true,
    sort: ['alphabetical-ignoring-documents'],
    sortEntryPoints: false,
    groupOrder: [...Object.keys(groups).slice(0, -1), 'API', '*'],
    navigation: { includeGroups: true, includeFolders: false },
    locales: { en: { kind_plural_module: 'API' } },
    headings: { readme: true, document: false },
    searchInComments: true,
    searchInDocuments: true,
    searchGroupBoosts: {
      Functions: 1.5,
      Classes: 1.5,
      ...Object.fromEntries(Object.keys(groups).map((group) => [group, 1.5])),
    },
    highlightLanguages: ['ts', 'js', 'json', 'sh', 'html', 'python'],
    navigationLinks: { Playground: 'site:playground/index.html' },
    customCss: 'site/style.css',
    hideGenerator: true,
    useFirstParagraphOfCommentAsSummary: true,
    visibilityFilters: {},
    includeHierarchySummary: false,
    markdownItLoader: (parser) => {
      parser.core.ruler.push('titles', nameLinks);
      parser.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>';
      parser.renderer.rules.table_close = () => '</table></div>';
    },
    githubPages: false,
  });
  markFunctions();
  app.renderer.defineRouter('repository', Router);
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, placeDocument);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) =>
    adaptDeclaration(modules, context, reflection),
  );
  let warm = false;
  app.renderer.on(PageEvent.BEGIN, () => {
    if (!warm) warmUp(app.renderer.theme);
    warm = true;
  });
  app.renderer.on(PageEvent.END, adaptPage);
  const project = await app.convert();
  if (project) {
    app.validate(project);
    await app.generateDocs(project, out);
  }
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('TypeDoc has errors or warnings; see above');
}
