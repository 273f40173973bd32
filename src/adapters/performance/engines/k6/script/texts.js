// Texts and conditions of a program as functions of a session, each compiled once.

import { MISSING, Num, atPath, dumps, same, shown, truthy } from './values.js';

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
  const find = lookUp(part);
  const encode = ENCODINGS[part.enc];
  const otherwise = part.default === null ? part.text : part.default;
  return (session) => {
    const value = find(session);
    return encode(value === MISSING ? otherwise : value);
  };
}

// The value of a placeholder, or MISSING, as a function of the session.
export function lookUp(part) {
  if ('var' in part) {
    return (session) => atPath(variable(session, part.var), part.path);
  }
  if ('row' in part) {
    const [feed, column] = part.row;
    return (session) => (feed in session.rows ? atPath(session.rows[feed], [column]) : MISSING);
  }
  if ('counter' in part) {
    return (session) => {
      const value = variable(session, part.counter);
      return value === MISSING ? session[part.counter] : value;
    };
  }
  const call = FUNCTIONS[part.call];
  return (session) => call(session, ...part.args);
}

function variable(session, name) {
  return session.variables.has(name) ? session.variables.get(name) : MISSING;
}

const FUNCTIONS = {
  uuid: () => 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replace(/[xy]/g, hexDigit),
  now: (session, pattern) => timestamp(new Date(), pattern || '%Y-%m-%dT%H:%M:%S'),
  randint: (session, low, high) => whole(low) + Math.floor(Math.random() * (whole(high) - whole(low) + 1)),
  choice: (session, ...options) => options[Math.floor(Math.random() * options.length)],
  seq: (session) => (session.sequence += 1),
};

function hexDigit(place) {
  const digit = Math.floor(Math.random() * 16);
  return (place === 'x' ? digit : 8 + (digit % 4)).toString(16);
}

function whole(text) {
  return Number(text.replace(/_/g, ''));
}

// The directives of strftime that mean the same everywhere; others were refused before the launch.
function timestamp(date, pattern) {
  const pad = (value, size) => String(value).padStart(size, '0');
  const directives = {
    Y: () => date.getFullYear(),
    m: () => pad(date.getMonth() + 1, 2),
    d: () => pad(date.getDate(), 2),
    H: () => pad(date.getHours(), 2),
    M: () => pad(date.getMinutes(), 2),
    S: () => pad(date.getSeconds(), 2),
    y: () => pad(date.getFullYear() % 100, 2),
    '%': () => '%',
  };
  return pattern.replace(/%([YmdHMSy%])/g, (all, directive) => directives[directive]());
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

function compileCondition(condition) {
  if (condition === null || condition === undefined) return null;
  if (typeof condition === 'boolean') return () => condition;
  const a = compileValue(condition.a);
  if (condition.op === 'truthy') return (session) => truthy(a(session));
  const b = compileValue(condition.b);
  const holds = OPERATORS[condition.op];
  return (session) => holds(a(session), b(session));
}

const OPERATORS = {
  equals: same,
  not_equals: (a, b) => !same(a, b),
  in: (a, b) => (Array.isArray(b) ? b.some((item) => same(a, item)) : shown(b).includes(shown(a))),
};

function compileValue(value) {
  if (Array.isArray(value)) {
    const items = value.map(compileValue);
    return (session) => items.map((item) => item(session));
  }
  if (value === null || typeof value !== 'object' || value instanceof Num) return () => value;
  const entries = value instanceof Map ? Array.from(value.entries()) : Object.entries(value);
  if (entries.length === 1 && entries[0][0] === 't') return typedText(entries[0][1]);
  const members = entries.map(([name, item]) => [name, compileValue(item)]);
  return (session) => new Map(members.map(([name, item]) => [name, item(session)]));
}

// A text that is one placeholder keeps the type of its value.
function typedText(text) {
  if (Array.isArray(text) && text.length === 1 && typeof text[0] !== 'string') {
    const find = lookUp(text[0]);
    return (session) => {
      const value = find(session);
      return value === MISSING ? text[0].default : value;
    };
  }
  const compiled = compileText(text);
  return (session) => textOf(compiled, session);
}
