// Texts and conditions of a program as functions of a session, each compiled once.

import encoding from 'k6/encoding';

import { lookUp } from './lookup.js';
import { MISSING, Num, dumps, numberOf, same, shown, truthy } from './values.js';

// A constant, or a function of the session.
export function compileText(text) {
  if (typeof text === 'string') return text;
  const parts = text.map((part) => (typeof part === 'string' ? part : placeholder(part)));
  if (parts.length === 1) return parts[0];
  return (session) => {
    let whole = '';
    for (const part of parts) whole += typeof part === 'string' ? part : part(session);
    return whole;
  };
}

export function textOf(compiled, session) {
  return typeof compiled === 'string' ? compiled : compiled(session);
}

function placeholder(part) {
  if ('base64' in part) {
    const inner = compileText(part.base64);
    return (session) => encoding.b64encode(textOf(inner, session));
  }
  const find = lookUp(part);
  const encode = ENCODINGS[part.enc];
  const instead = part.default === null ? encode(part.text) : compileText(part.default);
  return (session) => {
    const value = find(session);
    return value === MISSING ? textOf(instead, session) : encode(value);
  };
}

const ENCODINGS = {
  '': shown,
  json: dumps,
  jsonstr: (value) => JSON.stringify(shown(value)).slice(1, -1),
  query: (value) => encodeURIComponent(wellFormed(shown(value))).replace(/[!'()*]/g, percent),
  url: (value) => repairPercents(encodeURI(wellFormed(shown(value))).replace(/%5B/g, '[').replace(/%5D/g, ']')),
};

function percent(character) {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function repairPercents(text) {
  return text.replace(/%25([0-9A-Fa-f]{2})/g, '%$1');
}

// What can be percent-encoded: halves of surrogate pairs cannot.
function wellFormed(text) {
  const isHalf = (character) => character.length === 1 && character >= '\ud800' && character <= '\udfff';
  return Array.from(text, (character) => (isHalf(character) ? '\ufffd' : character)).join('');
}

// Whether a step runs, as a function of the session; null when it always does.
export function compileConditions(step) {
  const runIf = compileCondition(step.run_if);
  const skipIf = compileCondition(step.skip_if);
  if (runIf === null && skipIf === null) return null;
  return (session) => (runIf === null || runIf(session)) && !(skipIf !== null && skipIf(session));
}

// Whether a condition holds, as a function of the session; null for none.
export function compileCondition(condition) {
  if (condition === null || condition === undefined) return null;
  if (typeof condition === 'boolean') return () => condition;
  const { op } = condition;
  if (op === 'all' || op === 'any') {
    const parts = condition.of.map(compileCondition);
    return op === 'all'
      ? (session) => parts.every((part) => part(session))
      : (session) => parts.some((part) => part(session));
  }
  if (op === 'not') {
    const part = compileCondition(condition.a);
    return (session) => !part(session);
  }
  if (op === 'exists') {
    const found = compileGiven(condition.a, () => MISSING);
    return (session) => found(session) !== MISSING;
  }
  const a = compileGiven(condition.a, orNull);
  if (op === 'truthy') return (session) => truthy(a(session));
  if (op === 'matches') {
    const expression = new RegExp(condition.b, 'u');
    return (session) => expression.test(shown(a(session)));
  }
  const b = compileGiven(condition.b, orNull);
  const holds = OPERATORS[op];
  return (session) => holds(a(session), b(session));
}

const OPERATORS = {
  equals: same,
  not_equals: (a, b) => !same(a, b),
  in: (a, b) => (Array.isArray(b) ? b.some((item) => same(a, item)) : shown(b).includes(shown(a))),
  less_than: numbers((a, b) => a < b),
  at_most: numbers((a, b) => a <= b),
  more_than: numbers((a, b) => a > b),
  at_least: numbers((a, b) => a >= b),
};

function numbers(compare) {
  return (a, b) => {
    const [one, other] = [numberOf(a), numberOf(b)];
    return one !== null && other !== null && compare(one, other);
  };
}

function orNull() {
  return null;
}

// A value of a program as a function of the session; a placeholder without a value becomes what ``otherwise`` says.
export function compileGiven(value, otherwise) {
  if (Array.isArray(value)) {
    const items = value.map((item) => compileGiven(item, otherwise));
    return (session) => items.map((item) => item(session));
  }
  if (value === null || typeof value !== 'object' || value instanceof Num) return () => value;
  if ('t' in value) return typedText(value.t, otherwise);
  const entries = value.o instanceof Map ? Array.from(value.o.entries()) : Object.entries(value.o);
  const members = entries.map(([name, item]) => [name, compileGiven(item, otherwise)]);
  return (session) => new Map(members.map(([name, item]) => [name, item(session)]));
}

// A text that is one placeholder keeps the type of its value, or of its default.
function typedText(text, otherwise) {
  if (Array.isArray(text) && text.length === 1 && typeof text[0] !== 'string') {
    const find = lookUp(text[0]);
    const instead = text[0].default === null ? null : typedText(text[0].default, otherwise);
    const nothing = otherwise(text[0]);
    return (session) => {
      const value = find(session);
      if (value !== MISSING) return value;
      return instead === null ? nothing : instead(session);
    };
  }
  const compiled = compileText(text);
  return (session) => textOf(compiled, session);
}
