// JSON values that mean the same here as in Python: whole numbers of any size, and floats that stay floats.
//
// A JS number is always a whole number that is exact; every other number is a Num. An object is a plain object, or
// a Map where its keys would lose their order as properties.

import { Num, floatOf, parseJson } from './json.js';

export { Num, floatOf, parseJson };

export const MISSING = Symbol('missing');

const INDEX = /^-?\d{1,9}$/;

export function kindOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Num) return value.float ? 'float' : 'integer';
  return { string: 'string', number: 'integer', boolean: 'boolean' }[typeof value] || 'object';
}

function entriesOf(value) {
  return value instanceof Map ? Array.from(value.entries()) : Object.entries(value);
}

// A value as JSON without spaces, as json.dumps(value, ensure_ascii=False, separators=(",", ":")) writes it.
export function dumps(value) {
  switch (kindOf(value)) {
    case 'array':
      return `[${value.map(dumps).join(',')}]`;
    case 'object':
      return `{${entriesOf(value).map(([key, item]) => `${JSON.stringify(key)}:${dumps(item)}`).join(',')}}`;
    case 'integer':
    case 'float':
      return value instanceof Num ? value.text : String(value);
    default:
      return JSON.stringify(value);
  }
}

export function shown(value) {
  return typeof value === 'string' ? value : dumps(value);
}

export function atPath(value, path) {
  let found = value;
  for (const key of path) {
    const kind = kindOf(found);
    if (kind === 'object') {
      found = typeof key === 'string' ? member(found, key) : MISSING;
    } else if (kind === 'array') {
      found = element(found, typeof key === 'string' && INDEX.test(key) ? Number(key) : key);
    } else {
      return MISSING;
    }
    if (found === MISSING) return MISSING;
  }
  return found;
}

function element(items, index) {
  if (typeof index !== 'number' || index < -items.length || index >= items.length) return MISSING;
  return items[index < 0 ? items.length + index : index];
}

// The member of an object, or MISSING.
export function member(value, key) {
  if (value instanceof Map) return value.has(key) ? value.get(key) : MISSING;
  return Object.prototype.hasOwnProperty.call(value, key) ? value[key] : MISSING;
}

// Equal as Python's == has it: 1 == 1.0 == true, lists by their items, objects whatever the order of their keys.
export function equal(a, b) {
  const [one, other] = [numeric(a), numeric(b)];
  if (one !== null && other !== null) {
    return a instanceof Num && b instanceof Num && !a.float && !b.float ? a.text === b.text : one === other;
  }
  const kind = kindOf(a);
  if (kind !== kindOf(b)) return false;
  if (kind === 'array') return a.length === b.length && a.every((item, index) => equal(item, b[index]));
  if (kind !== 'object') return a === b;
  const entries = entriesOf(a);
  if (entries.length !== entriesOf(b).length) return false;
  return entries.every(([key, item]) => {
    const twin = member(b, key);
    return twin !== MISSING && equal(item, twin);
  });
}

// Equal as JSON: 1 and 1.0 are, 1 and true are not, at any depth.
export function equalJson(a, b) {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind === 'array') {
    return other === kind && a.length === b.length && a.every((item, index) => equalJson(item, b[index]));
  }
  if (kind === 'object') {
    if (other !== kind || sizeOf(a) !== sizeOf(b)) return false;
    return entriesOf(a).every(([key, item]) => {
      const twin = member(b, key);
      return twin !== MISSING && equalJson(item, twin);
    });
  }
  if (kind === 'boolean' || other === 'boolean') return a === b;
  return equal(a, b);
}

// Less, of two numbers, or of two texts by their code points; others are not.
export function less(a, b) {
  if (typeof a === 'string' && typeof b === 'string') return lessText(a, b);
  if (!isNumber(a) || !isNumber(b)) return false;
  if (kindOf(a) === 'integer' && kindOf(b) === 'integer') return BigInt(shown(a)) < BigInt(shown(b));
  return numeric(a) < numeric(b);
}

// Halves of surrogate pairs stand for what is above all other characters.
function lessText(a, b) {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a[at] === b[at]) at += 1;
  if (at === end) return a.length < b.length;
  const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
  const [high, otherHigh] = [one, other].map((code) => code >= 0xd800 && code < 0xe000);
  return high === otherHigh ? one < other : otherHigh;
}

export function isNumber(value) {
  return typeof value === 'number' || value instanceof Num;
}

export function asFloat(value) {
  return floatOf(Number(value instanceof Num ? value.value : value));
}

// What a list or an object holds; nothing in others.
export function childrenOf(value) {
  if (Array.isArray(value)) return value;
  return kindOf(value) === 'object' ? entriesOf(value).map(([, item]) => item) : [];
}

// The length of a text in code points, of a list, or of an object; MISSING of others.
export function lengthOf(value) {
  if (typeof value === 'string') return Array.from(value).length;
  if (Array.isArray(value)) return value.length;
  return value !== MISSING && kindOf(value) === 'object' ? sizeOf(value) : MISSING;
}

function sizeOf(value) {
  return value instanceof Map ? value.size : Object.keys(value).length;
}

function numeric(value) {
  if (value instanceof Num) return value.value;
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : null;
}

// Equal, where a text and a number that is written so are the same.
export function same(a, b) {
  return kindOf(a) === kindOf(b) ? equal(a, b) : shown(a) === shown(b);
}

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

// A number, or what a text says that is written as JSON writes numbers; null when it is neither.
export function numberOf(value) {
  if (typeof value === 'string') return NUMBER.test(value) ? Number(value) : null;
  return typeof value === 'boolean' ? null : numeric(value);
}

const NO = ['', '0', 'false', 'no', 'off', 'null', 'none'];

export function truthy(value) {
  switch (kindOf(value)) {
    case 'string':
      return !NO.includes(value.trim().toLowerCase());
    case 'array':
      return value.length > 0;
    case 'object':
      return entriesOf(value).length > 0;
    case 'null':
      return false;
    default:
      return numeric(value) !== 0;
  }
}
