// Transforms: what is made of an extracted value.

import encoding from 'k6/encoding';

import { referenceOf } from './references.js';
import { MISSING, asFloat, isNumber, kindOf, lengthOf, parseJson, shown } from './values.js';

const SPACE = '[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const AROUND = new RegExp(`^${SPACE}+|${SPACE}+$`, 'g');
const WHOLE = /^[+-]?[0-9]+$/;
const MOST_DIGITS = 4000;
const NUMBER = /^[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const REFERENCE = /&(?:#([0-9]+);?|#[xX]([0-9a-fA-F]+);?|([^\t\n\f <&#;]{1,32};?))/g;

// A value of which a transform makes nothing.
export class Unfit extends Error {}

// What is made of a value, as a function that may throw Unfit; null where it stays as it is.
export function compileTransforms(transforms) {
  const steps = transforms.map(([name, ...given]) => TRANSFORMS[name](...given));
  return steps.length === 0 ? null : (value) => steps.reduce((made, step) => step(made), value);
}

// A transform of the text of a value, of which an error makes nothing.
function ofText(change) {
  return () => (value) => {
    try {
      return change(shown(value));
    } catch (error) {
      throw new Unfit();
    }
  };
}

function trim(text) {
  return text.replace(AROUND, '');
}

function toInt(value) {
  if (isNumber(value)) {
    if (kindOf(value) === 'integer') return value;
    if (!Number.isFinite(value.value)) throw new Unfit();
    return parseJson(String(BigInt(Math.trunc(value.value))));
  }
  const text = typeof value === 'string' ? trim(value) : '';
  if (text.length > MOST_DIGITS || !WHOLE.test(text)) throw new Unfit();
  return parseJson(String(BigInt(text.replace('+', ''))));
}

function toFloat(value) {
  const text = typeof value === 'string' ? trim(value) : '';
  if (!isNumber(value) && !NUMBER.test(text)) throw new Unfit();
  const number = asFloat(isNumber(value) ? value : text);
  if (!Number.isFinite(number.value)) throw new Unfit();
  return number;
}

function toLength(value) {
  const length = lengthOf(value);
  if (length === MISSING) throw new Unfit();
  return length;
}

function toJson(text) {
  if (text.charCodeAt(0) === 0xfeff) throw new Unfit();
  return parseJson(text);
}

function urlEncoded(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

// UTF-8 text in base64, of either alphabet, with or without its padding.
function base64Decoded(text) {
  const plain = trim(text).replace(/=+$/, '').replace(/-/g, '+').replace(/_/g, '/');
  const bytes = encoding.b64decode(plain, 'rawstd');
  if (encoding.b64encode(bytes, 'rawstd') !== plain) throw new Unfit();
  const hex = (byte) => `%${byte.toString(16).padStart(2, '0')}`;
  return decodeURIComponent(Array.from(new Uint8Array(bytes), hex).join('')); // throws where it is no UTF-8
}

function base64Encoded(text) {
  encodeURIComponent(text); // throws where a half of a surrogate pair cannot be encoded
  return encoding.b64encode(text);
}

function htmlUnescape(references) {
  const { names, number } = referenceOf(references);
  const entity = (text) => {
    if (names.has(text)) return names.get(text);
    for (let end = text.length - 1; end > 1; end -= 1) {
      if (names.has(text.slice(0, end))) return names.get(text.slice(0, end)) + text.slice(end);
    }
    return `&${text}`;
  };
  return ofText((text) =>
    text.replace(REFERENCE, (whole, decimal, hex, name) => (name === undefined ? number(decimal, hex) : entity(name))),
  )();
}

const TRANSFORMS = {
  trim: ofText(trim),
  lower: ofText((text) => text.toLowerCase()),
  upper: ofText((text) => text.toUpperCase()),
  int: () => toInt,
  float: () => toFloat,
  json: ofText(toJson),
  length: () => toLength,
  url_decode: ofText((text) => text.replace(/(?:%[0-9A-Fa-f]{2})+/g, decodeURIComponent)),
  url_encode: ofText(urlEncoded),
  base64_decode: ofText(base64Decoded),
  base64_encode: ofText(base64Encoded),
  html_unescape: htmlUnescape,
  prefix: (prefix) => (value) => prefix + shown(value),
  suffix: (suffix) => (value) => shown(value) + suffix,
  replace: (old, other) => (value) => shown(value).split(old).join(other),
};
