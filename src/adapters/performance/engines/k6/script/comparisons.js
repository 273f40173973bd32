// Tests of single values: what they must be equal to, hold, or be like.

import { compileGiven } from './texts.js';
import {
  MISSING,
  equalJson,
  isNumber,
  kindOf,
  lengthOf,
  less,
  member,
  numberOf,
  parseJson,
  same,
  shown,
} from './values.js';

// Whether a value passes all of a check's tests, each {op, value_json}, {op, template_json} or {op, regex}.
export function compileTests(tests) {
  const compiled = tests.map(compileTest);
  return (value, session) => compiled.every((holds) => holds(value, session));
}

function compileTest(test) {
  if (test.op === 'matches') {
    const expression = new RegExp(test.regex, 'u');
    return (value) => expression.test(shown(value));
  }
  const compare = COMPARISONS[test.op];
  if ('template_json' in test) {
    const operand = compileGiven(parseJson(test.template_json), (part) => part.text);
    return (value, session) => compare(value, operand(session), same);
  }
  const wanted = parseJson(test.value_json);
  return (value) => compare(value, wanted, equalJson);
}

// Less; where a value was filled in, a text that is written as a number is one.
function lessThan(a, b, equal) {
  if (equal === same) {
    const [one, other] = [numberOf(a), numberOf(b)];
    if (one !== null && other !== null) return one < other;
  }
  return less(a, b);
}

function contains(value, wanted, equal) {
  if (typeof value === 'string') return value.includes(shown(wanted));
  if (Array.isArray(value)) return value.some((item) => equal(item, wanted));
  return kindOf(value) === 'object' && member(value, shown(wanted)) !== MISSING;
}

function isType(value, type) {
  const kind = kindOf(value);
  if (type === 'number') return isNumber(value);
  if (type === 'integer') return kind === 'integer' || (kind === 'float' && Number.isInteger(value.value));
  return kind === type;
}

const COMPARISONS = {
  equals: (value, wanted, equal) => equal(value, wanted),
  not_equals: (value, wanted, equal) => !equal(value, wanted),
  contains,
  not_contains: (value, wanted, equal) => !contains(value, wanted, equal),
  in: (value, wanted, equal) => Array.isArray(wanted) && wanted.some((item) => equal(value, item)),
  type: isType,
  length: (value, wanted) => lengthOf(value) === wanted,
  more_than: (value, wanted, equal) => lessThan(wanted, value, equal),
  at_least: (value, wanted, equal) => lessThan(wanted, value, equal) || equal(wanted, value),
  less_than: (value, wanted, equal) => lessThan(value, wanted, equal),
  at_most: (value, wanted, equal) => lessThan(value, wanted, equal) || equal(value, wanted),
};
