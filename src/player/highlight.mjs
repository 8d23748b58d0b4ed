// TypeScript as lines of HTML, colored at build time from the compiler's own tokens.
//
//     <span class="k">const</span> size = <span class="n">4</span>;
//
// Classes: k keyword, s string, n number, c comment, t type, f called function.

import ts from 'typescript';

/** @param {string} text @returns {string[]} one piece of HTML for each line */
export function highlightLines(text) {
  const lines = [''];
  for (const [kind, piece] of pieces(text)) {
    for (const [index, part] of piece.split('\n').entries()) {
      if (index > 0) lines.push('');
      if (part === '') continue;
      lines[lines.length - 1] += kind
        ? `<span class="${kind}">${escapeHtml(part)}</span>`
        : escapeHtml(part);
    }
  }
  return lines;
}

/** The whole text in pieces of one kind each. */
function pieces(text) {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    const children = node.getChildren(source).filter((child) => !isDoc(child));
    if (children.length > 0) return children.forEach(visit);
    const start = node.getStart(source, false);
    found.push(...between(text.slice(node.pos, start)));
    found.push([kindOf(node), text.slice(start, node.end)]);
  };
  visit(source);
  return found;
}

const isDoc = (node) =>
  node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode;

/** White space and comments. */
function between(trivia) {
  return trivia
    .split(/(\/\/[^\n]*|\/\*[\s\S]*?\*\/)/)
    .filter((part) => part !== '')
    .map((part) => [part.startsWith('/') ? 'c' : '', part]);
}

function kindOf(node) {
  const { kind, parent } = node;
  const { SyntaxKind } = ts;
  if (kind >= SyntaxKind.FirstKeyword && kind <= SyntaxKind.LastKeyword) return 'k';
  if (kind === SyntaxKind.NumericLiteral || kind === SyntaxKind.BigIntLiteral) return 'n';
  if (kind === SyntaxKind.StringLiteral || kind === SyntaxKind.RegularExpressionLiteral) return 's';
  if (kind >= SyntaxKind.FirstTemplateToken && kind <= SyntaxKind.LastTemplateToken) return 's';
  if (kind !== SyntaxKind.Identifier && kind !== SyntaxKind.PrivateIdentifier) return '';
  if (ts.isTypeReferenceNode(parent) || ts.isExpressionWithTypeArguments(parent)) return 't';
  if (ts.isInterfaceDeclaration(parent) || ts.isTypeAliasDeclaration(parent)) return 't';
  if (ts.isClassDeclaration(parent) || ts.isTypeParameterDeclaration(parent)) return 't';
  return isCalled(node) ? 'f' : '';
}

function isCalled(node) {
  const access = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
  const callee = access ? node.parent : node;
  return ts.isCallExpression(callee.parent) && callee.parent.expression === callee;
}

function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
