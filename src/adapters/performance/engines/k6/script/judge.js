// Checks and extractors: what must hold of an answer, and what is taken from it.

import encoding from 'k6/encoding';

import { compileTests } from './comparisons.js';
import { compileFields } from './fields.js';
import { TooMuch, compileQuery } from './jsonpath.js';
import { Unfit, compileTransforms } from './transforms.js';
import { MISSING, atPath, parseJson } from './values.js';

const READ = ['body', 'json', 'regex', 'input']; // kinds that look at the text of the body

// What is to be done with the body of an answer to this step: k6's responseType.
export function bodyWanted(step) {
  if (step.checks.some((check) => check.kind === 'size')) return 'binary';
  const reads = (entry) => READ.includes(entry.kind);
  return step.checks.some(reads) || step.extract.some(reads) ? 'text' : 'none';
}

// An answer as checks and extractors look at it; its text, JSON and headers are made when first asked for.
export class Answer {
  constructor(response) {
    this.response = response;
    this.status = response.status;
    this.cached = {};
  }

  get elapsedS() {
    const { timings } = this.response;
    return (timings.blocked + timings.duration) / 1000;
  }

  get size() {
    const { body } = this.response;
    return body === null ? 0 : body.byteLength;
  }

  get text() {
    if (!('text' in this.cached)) {
      const { body } = this.response;
      const binary = body !== null && typeof body === 'object';
      this.cached.text = binary ? encoding.b64decode(encoding.b64encode(body), 'std', 's') : body || '';
    }
    return this.cached.text;
  }

  // The body as JSON, MISSING in place of what is no JSON.
  get document() {
    if (!('document' in this.cached)) {
      try {
        this.cached.document = parseJson(this.text);
      } catch (error) {
        this.cached.document = MISSING;
      }
    }
    return this.cached.document;
  }

  header(name) {
    if (!('headers' in this.cached)) {
      const { headers } = this.response;
      this.cached.headers = new Map(Object.keys(headers).map((key) => [key.toLowerCase(), headers[key]]));
    }
    const value = this.cached.headers.get(name.toLowerCase());
    return value === undefined ? MISSING : value;
  }

  cookie(name) {
    const found = this.response.cookies[name];
    return found === undefined || found.length === 0 ? MISSING : found[found.length - 1].value;
  }
}

// A function of an answer, the session and where checks are counted; its result is the number of the first failure,
// "status" for a bad status, or null.
export function compileJudge(step) {
  const tests = step.checks.map((check) => ({ ...check, test: (CHECKS[check.kind] || ofValues)(check) }));
  const statusChecked = step.checks.some((check) => check.kind === 'status');
  return (answer, session, count) => {
    let failure = null;
    for (const { test, number, failure: own } of tests) {
      const passed = test(answer, session);
      count(number, passed);
      if (!passed && failure === null) failure = own;
    }
    return answer.status >= 400 && !statusChecked ? 'status' : failure;
  };
}

// A function that takes the values that a step asks for into the session; the number of the first failure, or null.
export function compileExtract(step) {
  const entries = step.extract.map((entry) => ({
    ...entry,
    take: compileTaking(entry),
    otherwise: 'default_json' in entry ? parseJson(entry.default_json) : MISSING,
  }));
  return (answer, session) => {
    for (const entry of entries) {
      let why = entry.absent;
      let value = MISSING;
      try {
        value = entry.take(answer, session);
      } catch (error) {
        if (error instanceof Unfit) why = entry.unfit;
        else if (error instanceof TooMuch) why = entry.too_much;
        else throw error;
      }
      if (value === MISSING) value = entry.otherwise;
      if (value === MISSING) {
        session.variables.delete(entry.var);
        return why;
      }
      session.variables.set(entry.var, value);
    }
    return null;
  };
}

function compileTaking(entry) {
  const find = SOURCES[entry.kind](entry);
  const pick = PICKS[entry.index] || ((values) => atPath(values, [entry.index]));
  const change = compileTransforms(entry.transform);
  if (change === null) return (answer, session) => pick(find(answer), session);
  const each = entry.index === 'all';
  return (answer, session) => {
    const value = pick(find(answer), session);
    if (value === MISSING) return MISSING;
    return each ? value.map(change) : change(value);
  };
}

const there = (values) => values.filter((value) => value !== MISSING);

// Which of several values, by name; others are their places.
const PICKS = {
  last: (values) => (values.length > 0 ? values[values.length - 1] : MISSING),
  random: (values, session) => {
    const found = there(values);
    return found.length > 0 ? found[session.chance.below(found.length)] : MISSING;
  },
  count: (values) => there(values).length,
  all: (values) => (there(values).length > 0 ? there(values) : MISSING),
};

const CHECKS = {
  status: ({ ranges }) => ({ status }) => ranges.some(([low, high]) => low <= status && status <= high),
  time: (check) => (answer) => answer.elapsedS < check.under_s,
  size: ({ min, max }) => ({ size }) => min <= size && (max === null || size <= max),
};

// Every value that is found passes every test, and there is one; or there are so many, or none.
function ofValues(check) {
  const find = SOURCES[check.kind](check);
  const holds = compileTests(check.tests);
  return (answer, session) => {
    let values;
    try {
      values = find(answer);
    } catch (error) {
      if (error instanceof TooMuch) return false;
      throw error;
    }
    if (!check.exists) return values.length === 0;
    if ('count' in check ? values.length !== check.count : values.length === 0) return false;
    return values.every((value) => holds(value, session));
  };
}

// Where the values of an answer are found.
const SOURCES = {
  json: (entry) => {
    if ('query_json' in entry) {
      const find = compileQuery(parseJson(entry.query_json));
      return (answer) => (answer.document === MISSING ? [] : find(answer.document));
    }
    return (answer) => oneOf(answer.document === MISSING ? MISSING : atPath(answer.document, entry.path));
  },
  header: (entry) => (answer) => oneOf(answer.header(entry.header)),
  cookie: (entry) => (answer) => oneOf(answer.cookie(entry.cookie)),
  body: () => (answer) => [answer.text],
  status: () => (answer) => [answer.status],
  input: (entry) => {
    const find = compileFields(entry.input, entry.references);
    return (answer) => find(answer.text);
  },
  regex: (entry) => (answer) => matches(new RegExp(entry.regex, 'gu'), answer.text, entry),
};

function oneOf(value) {
  return value === MISSING ? [] : [value];
}

// The group of each match, MISSING where it took no part; only the first where no other is asked for.
function matches(expression, text, { group, index }) {
  const found = [];
  for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
    found.push(match[group] === undefined ? MISSING : match[group]);
    if (index === 0) break;
  }
  return found;
}
