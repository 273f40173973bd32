// Fields of HTML forms, hidden ones among them, and meta elements, as polyload's runtime/fields.py finds them.

import { referenceOf } from './references.js';

const BEGIN = /<(?:!--|(?=[a-zA-Z]))/g;
const TAG =
  /([a-zA-Z][^\t\n\f\r />]*)((?:=[\t\n\f\r ]*(?:"[^"]*"|'[^']*'|[^\t\n\f\r >"'][^\t\n\f\r >]*|(?=>))|[^>=])*)>/y;
const ATTRIBUTE =
  /([^\t\n\f\r /=]+)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r "'][^\t\n\f\r ]*)?))?/g;
const REFERENCE = /&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([a-zA-Z][a-zA-Z0-9]*;?)(?!=))/g;
const RAW = ['script', 'style', 'textarea', 'title', 'noscript', 'iframe', 'noembed', 'noframes', 'xmp'];
const HELD = { input: 'value', meta: 'content' };

// A function of a document: the values of the inputs, and the contents of the meta elements, of a name, in order.
export function compileFields(name, references) {
  const decode = referenceOf(references);
  const character = (whole, decimal, hex, named) => {
    if (named === undefined) return decode.number(decimal, hex);
    return decode.names.has(named) ? decode.names.get(named) : whole;
  };
  return (html) => {
    const found = [];
    for (const [element, text] of tagsOf(html)) {
      const attributes = attributesOf(text);
      const value = attributes.get(HELD[element]);
      if (attributes.get('name') === undefined || value === undefined) continue;
      if (attributes.get('name').replace(REFERENCE, character) === name) found.push(value.replace(REFERENCE, character));
    }
    return found;
  };
}

// The elements that may hold a field, with the text of their attributes.
function* tagsOf(html) {
  let at = 0;
  for (;;) {
    BEGIN.lastIndex = at;
    const begin = BEGIN.exec(html);
    if (begin === null) return;
    if (begin[0] === '<!--') {
      at = html.indexOf('-->', BEGIN.lastIndex - 2) + 3;
      if (at < 3) return;
      continue;
    }
    TAG.lastIndex = BEGIN.lastIndex;
    const tag = TAG.exec(html);
    if (tag === null) return; // the document ends in it
    at = TAG.lastIndex;
    const element = tag[1].toLowerCase();
    if (element in HELD) yield [element, tag[2]];
    if (!RAW.includes(element)) continue;
    const end = new RegExp(`</${element}(?=[\\t\\n\\f\\r />])`, 'gi');
    end.lastIndex = at;
    if (end.exec(html) === null) return;
    at = end.lastIndex;
  }
}

function attributesOf(text) {
  const found = new Map();
  for (const [, name, double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, double || single || bare || '');
  }
  return found;
}
