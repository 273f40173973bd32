// Queries of RFC 9535 into a JSON document: compiled once, each a function that finds any number of values.
// Their form is that of polyload's plan/jsonpath_query.py, with patterns as JavaScript writes them.

import { MISSING, childrenOf, equalJson, kindOf, lengthOf, less, member } from './values.js';

const MOST_VALUES = 1000000; // that one query looks at in one document

// A query looks at more values than are allowed.
export class TooMuch extends Error {}

class Search {
  constructor(root) {
    this.root = root;
    this.left = MOST_VALUES;
  }

  looksAt(count) {
    this.left -= count;
    if (this.left < 0) throw new TooMuch();
  }
}

// All values that a query finds, in order, as a function of the document.
export function compileQuery(query) {
  const steps = compileSteps(query);
  return (document) => steps(document, new Search(document));
}

function compileSteps(query) {
  const segments = query.map(([kind, selectors]) => ({
    descends: kind === 'descend',
    selects: selectors.map(([name, ...rest]) => SELECTORS[name](...rest)),
  }));
  return (value, search) => {
    let values = [value];
    for (const { descends, selects } of segments) {
      const before = descends ? allIn(values, search) : values;
      values = [];
      for (const one of before) {
        for (const select of selects) for (const found of select(one, search)) values.push(found);
      }
    }
    return values;
  };
}

// Values and all that is in them that can hold others, each before what is in it.
function* allIn(values, search) {
  const waiting = Array.from(values).reverse();
  while (waiting.length > 0) {
    const value = waiting.pop();
    yield value;
    const inside = childrenOf(value);
    search.looksAt(1 + inside.length);
    for (let i = inside.length - 1; i >= 0; i -= 1) {
      if (kindOf(inside[i]) === 'array' || kindOf(inside[i]) === 'object') waiting.push(inside[i]);
    }
  }
}

function one(value) {
  return value === MISSING ? [] : [value];
}

// The items of a list from start to stop, as Python slices.
function slice(list, start, stop, step) {
  const size = list.length;
  const bound = (at, otherwise, low, high) => {
    if (at === null) return otherwise;
    return Math.min(Math.max(at < 0 ? at + size : at, low), high);
  };
  const items = [];
  if (step > 0) {
    const end = bound(stop, size, 0, size);
    for (let i = bound(start, 0, 0, size); i < end; i += step) items.push(list[i]);
  } else {
    const end = bound(stop, -1, -1, size - 1);
    for (let i = bound(start, size - 1, -1, size - 1); i > end; i += step) items.push(list[i]);
  }
  return items;
}

const SELECTORS = {
  name: (name) => (value) => (kindOf(value) === 'object' ? one(member(value, name)) : []),
  index: (index) => (value) => {
    if (!Array.isArray(value) || index < -value.length || index >= value.length) return [];
    return [value[index < 0 ? value.length + index : index]];
  },
  slice: (start, stop, step) => (value, search) => {
    if (step === 0 || !Array.isArray(value)) return [];
    const items = slice(value, start, stop, step === null ? 1 : step);
    search.looksAt(items.length);
    return items;
  },
  all: () => (value, search) => {
    const inside = childrenOf(value);
    search.looksAt(inside.length);
    return inside;
  },
  filter: (expression) => {
    const test = compileTest(expression);
    return (value, search) => {
      const inside = childrenOf(value);
      search.looksAt(inside.length);
      return inside.filter((item) => test(item, search));
    };
  },
};

// What an expression says of a value: whether it holds, or a query finds anything.
function compileTest([kind, ...rest]) {
  switch (kind) {
    case 'and':
    case 'or': {
      const [a, b] = rest.map(compileTest);
      if (kind === 'and') return (value, search) => a(value, search) && b(value, search);
      return (value, search) => a(value, search) || b(value, search);
    }
    case 'not': {
      const test = compileTest(rest[0]);
      return (value, search) => !test(value, search);
    }
    case 'at':
    case 'root': {
      const found = compileFound([kind, ...rest]);
      return (value, search) => found(value, search).length > 0;
    }
    case 'match':
      return compileMatch(...rest);
    default: {
      const [a, b] = rest.map(compileValue);
      const compare = COMPARISONS[kind];
      return (value, search) => compare(a(value, search), b(value, search));
    }
  }
}

function compileMatch(argument, pattern) {
  if (pattern === null) return () => false;
  const text = compileValue(argument);
  const expression = new RegExp(pattern, 'u');
  return (value, search) => {
    const found = text(value, search);
    return typeof found === 'string' && expression.test(found);
  };
}

// The values that a query in an expression finds.
function compileFound([kind, query]) {
  const steps = compileSteps(query);
  return kind === 'at' ? steps : (value, search) => steps(search.root, search);
}

// The one value of an expression, or MISSING.
function compileValue(expression) {
  const [kind, argument] = expression;
  switch (kind) {
    case 'literal':
      return () => argument;
    case 'length': {
      const of = compileValue(argument);
      return (value, search) => lengthOf(of(value, search));
    }
    case 'count': {
      const found = compileFound(argument);
      return (value, search) => found(value, search).length;
    }
    default:
      return only(compileFound(kind === 'value' ? argument : expression));
  }
}

function only(found) {
  return (value, search) => {
    const values = found(value, search);
    return values.length === 1 ? values[0] : MISSING;
  };
}

function same(a, b) {
  return a === MISSING || b === MISSING ? a === b : equalJson(a, b);
}

const COMPARISONS = {
  '==': same,
  '!=': (a, b) => !same(a, b),
  '<': less,
  '<=': (a, b) => less(a, b) || same(a, b),
  '>': (a, b) => less(b, a),
  '>=': (a, b) => less(b, a) || same(a, b),
};
