// Lets authors write `/tutorials/files/` in Markdown and MDX, whatever base path the site has.
//
// Idea: a link or image that starts with one slash means "from the top of this site", and the site
// may live in a folder. This Sätteri plugin puts the folder in front of it, in Markdown links and
// images and in the `href` and `src` attributes of components (`<LinkCard href="/x/" />`).
// Links that already carry the base, full addresses, `//host` and `#anchors` are left as they are.

import { defineHastPlugin } from 'satteri';

const ATTRIBUTES = ['href', 'src'];

/** @param {string} base with a slash at both ends, as in `address.mjs` */
export function baseLinks(base) {
  const isSiteLink = (value) =>
    typeof value === 'string' && /^\/(?!\/)/.test(value) && !`${value}/`.startsWith(base);
  const withBase = (value) => base + value.slice(1);

  const visitComponent = (node, context) => {
    for (const { name, value } of node.attributes)
      if (ATTRIBUTES.includes(name) && isSiteLink(value))
        context.setProperty(node, name, withBase(value));
  };

  return defineHastPlugin({
    name: 'base-links',
    element: {
      filter: ['a', 'img'],
      visit(node, context) {
        for (const name of ATTRIBUTES) {
          const value = node.properties?.[name];
          if (isSiteLink(value)) context.setProperty(node, name, withBase(value));
        }
      },
    },
    mdxJsxFlowElement: { filter: [], visit: visitComponent },
    mdxJsxTextElement: { filter: [], visit: visitComponent },
  });
}
