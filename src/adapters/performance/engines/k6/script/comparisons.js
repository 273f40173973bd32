// Tests of single values: what they must be equal to, hold, or be like.

import { compileText, lookUp, textOf } from './texts.js';
import { MISSING, Num, equalJson, isNumber, kindOf, lengthOf, less, member, parseJson, same, shown } from './values.js';

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
    const operand = compileOperand(parseJson(test.template_json));
    return (value, session) => compare(value, operand(session), same);
  }
  const wanted = parseJson(test.value_json);
  return (value) => compare(value, wanted, equalJson);
}

// A JSON value in which strings are texts {"t": text}, as a function of the session.
function compileOperand(value) {
  if (Array.isArray(value)) {
    const items = value.map(compileOperand);
    return (session) => items.map((item) => item(session));
  }
  if (value === null || typeof value !== 'object' || value instanceof Num) return () => value;
  const entries = value instanceof Map ? Array.from(value.entries()) : Object.entries(value);
  if (entries.length === 1 && entries[0][0] === 't') return compileFilled(entries[0][1]);
  const members = entries.map(([name, item]) => [name, compileOperand(item)]);
  return (session) => new Map(members.map(([name, item]) => [name, item(session)]));
}

// A text that is one placeholder keeps the type of its value.
function compileFilled(text) {
  if (Array.isArray(text) && text.length === 1 && typeof text[0] !== 'string') {
    const [part] = text;
    const find = lookUp(part);
    const otherwise = part.default === null ? part.text : part.default;
    return (session) => {
      const value = find(session);
      return value === MISSING ? otherwise : value;
    };
  }
  const compiled = compileText(text);
  return (session) => textOf(compiled, session);
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
  greater_than: (value, wanted) => less(wanted, value),
  at_least: (value, wanted) => less(wanted, value) || equalJson(wanted, value),
  less_than: (value, wanted) => less(value, wanted),
  at_most: (value, wanted) => less(value, wanted) || equalJson(wanted, value),
};
